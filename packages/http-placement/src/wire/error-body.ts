import { reasonOf } from '@novakit/http-kit'
import type { Fault } from '../fault.ts'
import { MAX_VERSION, MIN_VERSION } from '../versions.ts'

/** What stands before every detail; clients print both. */
const explanations: Readonly<Record<number, string>> = {
  400: 'The server could not comply with the request since it is either malformed or otherwise incorrect.',
  401:
    'This server could not verify that you are authorized to access the document you requested. Either you supplied ' +
    'the wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials ' +
    'required.',
  403: 'Access was denied to this resource.',
  404: 'The resource could not be found.',
  409: 'There was a conflict when trying to complete your request.',
  413: 'The body of your request was too large for this server.',
  500: 'The server has either erred or is incapable of performing the requested operation.',
  503: 'The server is currently unavailable. Please try again at a later time.',
}

export interface Circumstances {
  readonly request: Request
  readonly requestId: string
  /** Minor version; null while none is agreed on. */
  readonly minor: number | null
}

export interface ErrorBody {
  readonly contentType: string
  readonly text: string
}

/** JSON for everybody who takes it; a browser or a tool that asks for something else gets that. */
export function errorBody(fault: Fault, circumstances: Circumstances): ErrorBody {
  const accept = circumstances.request.headers.get('accept') ?? ''
  const whole = `${explanationOf(fault, circumstances.request)}\n\n ${fault.message}  `
  if (accept === '' || accept === '*/*' || accept.includes('application/json')) {
    return { contentType: 'application/json', text: jsonOf(fault, whole, circumstances) }
  }
  const title = `${fault.status} ${reasonOf(fault.status)}`
  if (!/text\/html|\*\/\*/.test(accept)) return { contentType: 'text/plain', text: `${title}\n\n${whole}` }
  const inner = escaped(whole).replaceAll('\n', '<br />')
  const text = `<html>\n <head>\n  <title>${title}</title>\n </head>\n <body>\n  <h1>${title}</h1>\n  ${inner}\n </body>\n</html>`
  return { contentType: 'text/html', text }
}

function explanationOf({ status }: Fault, { method, headers }: Request): string {
  if (status === 405) return `The method ${method} is not allowed for this resource. `
  if (status === 406) {
    return `The resource could not be generated that was acceptable to your browser (content of type ${headers.get('accept') ?? ''}. `
  }
  if (status === 415) {
    return `The request media type ${headers.get('content-type') ?? 'None'} is not supported by this server. `
  }
  return explanations[status] ?? ''
}

function jsonOf(fault: Fault, whole: string, { requestId, minor }: Circumstances): string {
  if (fault.status === 401) {
    return JSON.stringify({ message: whole, code: '401 Unauthorized', title: reasonOf(401) })
  }
  const error = {
    status: fault.status,
    title: reasonOf(fault.status),
    detail: whole,
    ...(minor !== null && minor >= 23 ? { code: fault.code } : {}),
    request_id: requestId,
    ...(minor === null && fault.status === 406 ? { max_version: MAX_VERSION, min_version: MIN_VERSION } : {}),
  }
  return JSON.stringify({ errors: [error] })
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
