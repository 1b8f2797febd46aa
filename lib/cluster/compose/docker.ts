/**
 * The one place that names the Docker client; everything else imports it from here.
 *
 * @module
 */
// @ts-types="npm:@types/dockerode@^3"
export { default } from "dockerode";
