import type { FirstBootInput, Json } from '@novakit/core/vocabulary'
import { contentFiles, contentPath } from './content.ts'
import { devicesOf } from './devices.ts'
import { fullHostname, type DocumentOptions } from './options.ts'
import { isAtLeast, type OpenstackVersion } from './versions.ts'

/** Who reads it: only a drive, which is one guest's alone, carries the password and the injected files. */
export type Reader = 'drive' | 'service'

/** meta_data.json of one version, in Nova's order (nova/api/metadata/base.py, `_metadata_as_json`). */
export function metaData(
  input: FirstBootInput,
  version: OpenstackVersion,
  options: DocumentOptions,
  reader: Reader,
): Json {
  return {
    uuid: input.server,
    ...(Object.keys(input.metadata).length === 0 ? {} : { meta: input.metadata }),
    ...(reader === 'drive' ? driveOnly(input) : {}),
    ...networkConfig(input),
    ...keysOf(input),
    hostname: fullHostname(input.hostname, options),
    name: input.name,
    launch_index: input.launchIndex,
    availability_zone: input.zone,
    ...addedLater(input, version),
  }
}

function driveOnly(input: FirstBootInput): Record<string, Json> {
  const files = contentFiles(input).flatMap((file) =>
    file.path === null ? [] : [{ path: file.path, content_path: contentPath(file) }],
  )
  return {
    ...(files.length === 0 ? {} : { files }),
    ...(input.adminPassword === null ? {} : { admin_pass: input.adminPassword }),
  }
}

function networkConfig(input: FirstBootInput): Record<string, Json> {
  const [file] = contentFiles(input).filter(({ path }) => path === null)
  return file === undefined ? {} : { network_config: { name: 'network_config', content_path: contentPath(file) } }
}

/** By entries: a key pair may be called `__proto__`. */
function keysOf({ keys }: FirstBootInput): Record<string, Json> {
  if (keys.length === 0) return {}
  return {
    public_keys: Object.fromEntries(keys.map(({ name, data }) => [name, data])),
    keys: keys.map(({ name, type, data }) => ({ name, type, data })),
  }
}

function addedLater(input: FirstBootInput, version: OpenstackVersion): Record<string, Json> {
  const seed = input.randomSeed
  return {
    ...(isAtLeast(version, '2013-04-04') && seed !== null ? { random_seed: Buffer.from(seed).toString('base64') } : {}),
    ...(isAtLeast(version, '2015-10-15') ? { project_id: input.project } : {}),
    ...(isAtLeast(version, '2016-06-30') ? { devices: devicesOf(input, version) } : {}),
    ...(isAtLeast(version, '2020-10-14') ? { dedicated_cpus: sorted(input.dedicatedCpus ?? []) } : {}),
  }
}

function sorted(numbers: readonly number[]): readonly number[] {
  return numbers.toSorted((a, b) => a - b)
}
