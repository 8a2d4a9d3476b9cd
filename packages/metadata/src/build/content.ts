import type { FirstBootInput } from '@novakit/core/vocabulary'

/** A file under `openstack/content/`, and how meta_data.json speaks of it. */
export interface ContentFile {
  /** `0000`, `0001`, … */
  readonly id: string
  readonly content: Uint8Array
  /** Where the guest is to put it; null is the network configuration, which has no place. */
  readonly path: string | null
}

/** Numbered as Nova does: the network configuration first, then the injected files in their order. */
export function contentFiles(input: FirstBootInput): readonly ContentFile[] {
  const network = input.interfacesFile === undefined ? [] : [{ path: null, content: Buffer.from(input.interfacesFile) }]
  return [...network, ...input.files].map(({ path, content }, index) => ({
    id: String(index).padStart(4, '0'),
    content,
    path,
  }))
}

export function contentPath({ id }: ContentFile): string {
  return `/content/${id}`
}
