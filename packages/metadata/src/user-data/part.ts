/** What cloud-init makes of a part (cloudinit/handlers). Others are allowed: a part handler may wait for them. */
export type PartType =
  | 'text/cloud-config'
  | 'text/cloud-config-archive'
  | 'text/cloud-boothook'
  | 'text/jinja2'
  | 'text/part-handler'
  | 'text/x-include-once-url'
  | 'text/x-include-url'
  | 'text/x-shellscript'
  | 'text/x-shellscript-per-boot'
  | 'text/x-shellscript-per-instance'
  | 'text/x-shellscript-per-once'
  | (string & {})

/** One of several things that a guest is to do. */
export interface Part {
  readonly type: PartType
  readonly content: string | Uint8Array
  /** Printable ASCII without quotes. */
  readonly filename?: string
  /** How cloud-init merges this cloud-config with those before it: `list(append)+dict(recurse_array)+str()`. */
  readonly mergeType?: string
}
