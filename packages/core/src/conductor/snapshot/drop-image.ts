import type { ConductorDeps } from '../deps.ts'
import type { ImageId } from '../../domain/ids.ts'
import type { ErrorKind } from '../../domain/error.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import { problemOf } from '../../domain/error.ts'

/** That nothing will change by being asked again. */
const final: ReadonlySet<ErrorKind> = new Set<ErrorKind>([
  'forbidden',
  'conflict',
  'invalid',
  'not_found',
  'unsupported',
])

/** Deletes an image that nobody needs any more. One that may not be deleted stays, as in Nova. @throws what may pass */
export async function dropImage(
  { images, log }: Pick<ConductorDeps, 'images' | 'log'>,
  context: RequestContext,
  image: ImageId,
): Promise<void> {
  await images.delete(context, image).catch((error: unknown) => {
    const problem = problemOf(error)
    if (!final.has(problem.kind)) throw error
    log.warn('an image that is not needed any more could not be deleted', { image, ...problem })
  })
}
