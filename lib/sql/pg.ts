/**
 * The one place that names the driver; everything else imports it from here.
 *
 * @module
 */
// @ts-types="npm:@types/pg@^8"
export { default } from "pg";
