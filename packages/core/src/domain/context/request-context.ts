import type { ProjectId, RequestId, UserId } from '../ids.ts'

/** Who asks. Made by the host app or an identity adapter, never from what a client sent unverified. */
export interface RequestContext {
  readonly requestId: RequestId
  /** Given by another service for one request that crosses several. */
  readonly globalRequestId?: string
  readonly project: ProjectId
  readonly user: UserId
  /** Lower-case role names: `admin`, `manager`, `member`, `reader`, `service`, or the host app's own. */
  readonly roles: readonly string[]
  /** The scope of a token that is for the whole system and for no project. */
  readonly systemScope?: 'all'
}

/** What a host app gives to speak for somebody. */
export interface Caller {
  readonly project: string
  readonly user: string
  readonly roles: readonly string[]
  readonly requestId?: string
}
