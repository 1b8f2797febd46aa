/**
 * Every report format, by the word `--report` takes. One line each.
 *
 * @module
 */
import type { Result } from "../result/model.ts";
import { type Attachment, attachmentsOf } from "./attachments.ts";
import { renderCompliance } from "./compliance.ts";
import { renderCtrf } from "./ctrf.ts";
import { renderGithub, renderGithubOutput } from "./github.ts";
import { renderGitlab, renderMetrics } from "./gitlab.ts";
import { renderHdf } from "./hdf.ts";
import { renderHtml } from "./html.ts";
import { renderInToto } from "./in_toto.ts";
import { renderJson } from "./json.ts";
import { renderJunit } from "./junit.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderOscal } from "./oscal.ts";
import { renderSarif } from "./sarif.ts";
import { renderTap } from "./tap.ts";

/** A format: a pure function of the result. */
export interface ReportFormat {
  name: string;
  /** Name of the file in the output folder when no path is given. */
  file: string;
  /** Whether every run writes it. */
  isDefault: boolean;
  /** `folder`: where it will stand, absolute, with what `attachments` says beside it. */
  render(result: Result, at?: { folder: string }): string;
  /** Files to be written beside it. */
  attachments?(result: Result): Attachment[];
}

const renderStrict = (result: Result, at?: { folder: string }) =>
  renderJunit(result, { ...at, flavour: "strict" });
const attachments = attachmentsOf;

const kinds: readonly ReportFormat[] = [
  { name: "json", file: "result.json", isDefault: true, render: renderJson },
  { name: "junit", file: "junit.xml", isDefault: true, render: renderJunit, attachments },
  { name: "html", file: "report.html", isDefault: true, render: renderHtml },
  {
    name: "junit-strict",
    file: "junit-strict.xml",
    isDefault: false,
    render: renderStrict,
    attachments,
  },
  { name: "markdown", file: "report.md", isDefault: false, render: renderMarkdown },
  { name: "ctrf", file: "ctrf.json", isDefault: false, render: renderCtrf },
  { name: "github", file: "annotations.txt", isDefault: false, render: renderGithub },
  { name: "github-output", file: "outputs.txt", isDefault: false, render: renderGithubOutput },
  { name: "gitlab", file: "gl-code-quality.json", isDefault: false, render: renderGitlab },
  { name: "metrics", file: "metrics.txt", isDefault: false, render: renderMetrics },
  { name: "sarif", file: "results.sarif", isDefault: false, render: renderSarif },
  { name: "compliance", file: "compliance.html", isDefault: false, render: renderCompliance },
  { name: "oscal", file: "oscal.json", isDefault: false, render: renderOscal },
  { name: "hdf", file: "hdf.json", isDefault: false, render: renderHdf },
  { name: "in-toto", file: "in-toto.json", isDefault: false, render: renderInToto },
  { name: "tap", file: "results.tap", isDefault: false, render: renderTap },
];

/** By name. */
export const formats: ReadonlyMap<string, ReportFormat> = new Map(
  kinds.map((kind) => [kind.name, kind]),
);
