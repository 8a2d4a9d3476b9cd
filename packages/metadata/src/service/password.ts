import type { FirstBootSource, ServerId } from '@novakit/core/vocabulary'
import { answer } from '@novakit/http-kit'
import { bodyUpTo } from './body-up-to.ts'

/** What Nova keeps of it: four values of 255 characters. */
const MOST_PASSWORD = 1020

/**
 * The password that the guest made for itself, encrypted with its owner's key: any guest reads its own, and says it
 * once (nova/api/metadata/password.py).
 */
export async function passwordAnswer(source: FirstBootSource, server: ServerId, request: Request): Promise<Response> {
  const known = await source.password(server)
  if (request.method === 'GET' || request.method === 'HEAD') return text(200, known ?? '')
  if (request.method !== 'POST') return answer(405, null, { allow: 'GET, HEAD, POST' })
  if (known !== null) return answer(409, null)
  const body = await bodyUpTo(request, MOST_PASSWORD)
  if (body === null) return text(400, 'The password is too long.')
  const password = utf8(body)
  if (password === null || password === '') return text(400, 'The password is empty, or not UTF-8.')
  return answer((await source.storePassword(server, password)) ? 200 : 409, null)
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

function text(status: number, body: string): Response {
  return answer(status, body, { 'content-type': 'text/plain; charset=UTF-8' })
}
