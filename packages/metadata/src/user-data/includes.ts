import { userDataErrors } from './errors.ts'

/**
 * User data that tells the guest to fetch the rest itself: `#include`, or `#include-once` for at the first start alone.
 * @throws `user_data.invalid` for what is no http, https or ftp URL on one line
 */
export function includes(urls: readonly string[], options: { readonly once?: boolean } = {}): string {
  const wrong = urls.findIndex((url) => !/^(https?|ftp):\/\/[\x21-\x7e]+$/i.test(url) || !URL.canParse(url))
  if (urls.length === 0) throw userDataErrors.invalid({ what: 'there is nothing to include' })
  if (wrong !== -1) throw userDataErrors.invalid({ what: `number ${wrong + 1} of what it includes is no URL` })
  return [options.once === true ? '#include-once' : '#include', ...urls, ''].join('\n')
}
