/** Nova takes user data as base64 of at most that many characters (nova/api/openstack/compute/schemas/servers.py). */
export const MOST_BASE64 = 65_535

/** The bytes that fit into {@link MOST_BASE64} characters: four of them for each three bytes or part of three. */
export const MOST_USER_DATA = Math.floor(MOST_BASE64 / 4) * 3

export function fitsAsUserData(bytes: Uint8Array): boolean {
  return bytes.length <= MOST_USER_DATA
}
