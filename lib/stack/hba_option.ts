/**
 * Options at the end of a rule of pg_hba.conf, and the methods they go with.
 * Source: `parse_hba_auth_opt` of src/backend/libpq/hba.c
 *
 * @module
 */

const methodsOf: Record<string, readonly string[]> = {
  compat_realm: ["sspi"],
  delegate_ident_mapping: ["oauth"],
  include_realm: ["gss", "sspi"],
  issuer: ["oauth"],
  krb_realm: ["gss", "sspi"],
  map: ["ident", "peer", "gss", "sspi", "cert", "oauth"],
  pam_use_hostname: ["pam"],
  pamservice: ["pam"],
  scope: ["oauth"],
  upn_username: ["sspi"],
  validator: ["oauth"],
};

/** What is wrong with an option of a rule; undefined when nothing is. */
export function optionMistake(
  option: string,
  rule: { type: string; method: string },
): string | undefined {
  const [, name, value] = /^([^=]*)=([^]*)$/.exec(option) ?? [];
  if (name === undefined) return `the option "${option}" is not name=value`;
  if (name === "clientcert" || name === "clientname") {
    if (rule.type !== "hostssl") return `${name} is for hostssl rules only`;
    const isWeak = name === "clientcert" && rule.method === "cert" && value !== "verify-full";
    return isWeak ? "clientcert of the method cert can only be verify-full" : undefined;
  }
  const [, family] = /^(ldap|radius)[a-z]+$/.exec(name) ?? [];
  const methods = family ? [family] : Object.hasOwn(methodsOf, name) ? methodsOf[name] : undefined;
  if (!methods) return `"${name}" is no option of a rule`;
  return methods.includes(rule.method) ? undefined : `${name} is no option of ${rule.method}`;
}
