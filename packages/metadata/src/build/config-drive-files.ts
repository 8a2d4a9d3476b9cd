import type { FirstBootInput } from '@novakit/core/vocabulary'
import type { ImageFile } from '../image/file.ts'
import { contentFiles } from './content.ts'
import { ec2Json, ec2Tree, type Ec2Node } from './ec2-tree.ts'
import { jsonBytes } from './json-text.ts'
import { openstackDocument, openstackFiles, type OpenstackFile } from './openstack.ts'
import type { DocumentOptions } from './options.ts'
import {
  ec2Version,
  EC2_VERSIONS,
  LATEST,
  openstackVersion,
  OPENSTACK_VERSIONS,
  type OpenstackVersion,
} from './versions.ts'

export interface ConfigDriveOptions extends DocumentOptions {
  /** EC2's versions that the drive carries; the rest are left out. Default, as Nova: the last one, and `latest`. */
  readonly ec2Versions?: readonly string[]
}

/** Every file of a config drive, in the order in which Nova writes them (`metadata_for_config_drive`). */
export function configDriveFiles(input: FirstBootInput, options: ConfigDriveOptions = {}): readonly ImageFile[] {
  const wanted = options.ec2Versions ?? ['2009-04-04', LATEST]
  const ec2 = [...EC2_VERSIONS, LATEST].filter((name) => wanted.includes(name))
  const openstack = [...OPENSTACK_VERSIONS, LATEST]
  return [
    ...ec2.flatMap((name) => ec2Files(input, name, options)),
    ...openstackTree(input, openstack, options),
    ...contentFiles(input).map(({ id, content }) => ({ path: `openstack/content/${id}`, content })),
  ]
}

function ec2Files(input: FirstBootInput, name: string, options: DocumentOptions): readonly ImageFile[] {
  const version = ec2Version(name)
  if (version === null) return []
  const { entries } = ec2Tree(input, version, options)
  const userData = entries.get('user-data')
  return [
    ...(userData instanceof Uint8Array ? [{ path: `ec2/${name}/user-data`, content: userData }] : []),
    { path: `ec2/${name}/meta-data.json`, content: jsonBytes(ec2Json(entries.get('meta-data') as Ec2Node)) },
  ]
}

/** Only meta_data.json differs from version to version; the rest is made once. */
function openstackTree(
  input: FirstBootInput,
  names: readonly string[],
  options: DocumentOptions,
): readonly ImageFile[] {
  const made = new Map<string, Uint8Array | null>()
  const contentOf = (version: OpenstackVersion, file: OpenstackFile): Uint8Array | null => {
    const key = file === 'meta_data.json' ? `${file} of ${version}` : file
    const before = made.get(key)
    if (before !== undefined) return before
    const content = openstackDocument(input, version, file, options, 'drive')
    made.set(key, content)
    return content
  }
  return names.flatMap((name) => {
    const version = openstackVersion(name)
    if (version === null) return []
    return openstackFiles(input, version).flatMap((file) => {
      const content = contentOf(version, file)
      return content === null ? [] : [{ path: `openstack/${name}/${file}`, content }]
    })
  })
}
