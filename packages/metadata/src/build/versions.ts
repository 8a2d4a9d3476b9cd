/** What Nova serves of EC2's metadata, oldest first (nova/api/metadata/base.py, VERSIONS). */
export const EC2_VERSIONS = [
  '1.0',
  '2007-01-19',
  '2007-03-01',
  '2007-08-29',
  '2007-10-10',
  '2007-12-15',
  '2008-02-01',
  '2008-09-01',
  '2009-04-04',
] as const

/** OpenStack's own, oldest first (OPENSTACK_VERSIONS). */
export const OPENSTACK_VERSIONS = [
  '2012-08-10',
  '2013-04-04',
  '2013-10-17',
  '2015-10-15',
  '2016-06-30',
  '2016-10-06',
  '2017-02-22',
  '2018-08-27',
  '2020-10-14',
  '2025-04-04',
] as const

export type Ec2Version = (typeof EC2_VERSIONS)[number]
export type OpenstackVersion = (typeof OPENSTACK_VERSIONS)[number]

/** The newest of each, by another name. */
export const LATEST = 'latest'

/** `latest` by its date. Null: there is no such version. */
export function ec2Version(name: string): Ec2Version | null {
  return name === LATEST ? '2009-04-04' : (EC2_VERSIONS.find((version) => version === name) ?? null)
}

/** `latest` by its date. Null: there is no such version. */
export function openstackVersion(name: string): OpenstackVersion | null {
  return name === LATEST ? '2025-04-04' : (OPENSTACK_VERSIONS.find((version) => version === name) ?? null)
}

/** Versions are dates, so their text sorts by age; `1.0` sorts before them all. */
export function isAtLeast<Version extends Ec2Version | OpenstackVersion>(version: Version, since: Version): boolean {
  return version >= since
}

/** What a list of versions shows on a day (`2026-01-31`): those to come can be asked for, and are not listed. */
export function openstackVersionsOn(day: string): readonly string[] {
  return [...OPENSTACK_VERSIONS.filter((version) => version <= day), LATEST]
}
