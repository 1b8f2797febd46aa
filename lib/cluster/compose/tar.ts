/**
 * The one place that names the tar library; everything else imports it from here.
 *
 * @module
 */
// @ts-types="npm:@types/tar-stream@^3"
export * as default from "tar-stream";
