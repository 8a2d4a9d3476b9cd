import { id, type ProjectId, type ServerId } from '@novakit/core/vocabulary'
import { refused, type Identify, type Identity } from './identity.ts'
import { oneHeader } from './one-header.ts'
import { checkedSecrets, isSigned } from './signature.ts'

/**
 * Trusts what Neutron's metadata agent has signed: `X-Instance-ID`, `X-Tenant-ID`, `X-Instance-ID-Signature`. Several
 * secrets are for the time in which one takes the other's place.
 * @throws `metadata_service.weak_secret` at once, rather than serve whoever can count to nothing
 */
export function signedByProxy(options: { readonly secret: string | readonly string[] }): Identify {
  const secrets = checkedSecrets(options.secret)
  return (request): Identity => {
    const server = oneHeader(request, 'x-instance-id')
    const project = oneHeader(request, 'x-tenant-id')
    const signature = request.headers.get('x-instance-id-signature')
    if (server === undefined || project === undefined) return refused(400, 'it does not name its server and project')
    if (server === null || project === null) return refused(400, 'it names more than one server or project')
    if (signature === null) return refused(400, 'it is not signed')
    if (!isSigned(secrets, server, signature)) return refused(403, 'its signature is wrong')
    return { kind: 'server', server: id<ServerId>(server), project: id<ProjectId>(project) }
  }
}
