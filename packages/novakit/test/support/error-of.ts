import { isNovakitError, type NovakitError } from 'novakit'

/** The error that a promise must end with. */
export async function errorOf(promise: Promise<unknown>): Promise<NovakitError> {
  const thrown = await promise.then(
    () => new Error('It succeeded, and should not have.'),
    (error: unknown) => error,
  )
  if (isNovakitError(thrown)) return thrown
  throw thrown
}

export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return (await errorOf(promise)).code
}
