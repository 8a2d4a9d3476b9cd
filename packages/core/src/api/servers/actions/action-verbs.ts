import type { ApiDeps } from '../../deps.ts'
import type { ConsoleOptions, EvacuateOptions, LockOptions, MetadataChange, RebootOptions } from './input.ts'
import type { Diagnostics } from '../../../ports/hypervisor.ts'
import type { BackupOptions, ImageOptions, UnshelveOptions } from './input.ts'
import type { HostName, ImageId } from '../../../domain/ids.ts'
import type { MigrateOptions, RebuildOptions, RescueOptions, ServerChange, StopOptions } from './input.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import type { ServerMigration } from '../../../domain/migration/migration.ts'
import type { AdminPassword } from './admin-password.ts'
import { act } from './act.ts'
import { backupOptions, imageOptions, unshelveOptions } from './input.ts'
import { offloadServer, shelveServer, unshelveServer } from './shelve.ts'
import { createBackup, createImage } from './create-image.ts'
import { addressOf } from '../find-server.ts'
import { changeMetadata, setTags, updateServer } from './describe.ts'
import { consoleOptions, evacuateOptions, lockOptions, metadataChange, password, rebootOptions } from './input.ts'
import { consoleOutput, diagnostics } from './ask-host.ts'
import { evacuateServer } from './evacuate.ts'
import { endResize } from './end-resize.ts'
import { id } from '../../../domain/ids.ts'
import { lockServer, unlockServer } from './lock.ts'
import { migrationsOf } from '../../../storage/cell/migrations-of.ts'
import { parse } from '../../parse.ts'
import { migrateOptions, rebuildOptions, rescueOptions, resetTarget, serverChange, stopOptions, tags } from './input.ts'
import { rebuildServer } from './rebuild.ts'
import { restoreServer } from './restore.ts'
import { rescueServer } from './rescue.ts'
import { migrateServer, resizeServer } from './resize.ts'
import { resetState } from './reset-state.ts'
import { invalid, serverId } from '../server-id.ts'

/**
 * What can be done to a server that is there. Each verb resolves when it is accepted; `until` tells when the server
 * rests. The states from which it may begin are in `domain/server/moves.ts`.
 *
 * All throw `server.not_found`, `server.locked`, `server.wrong_state`, `server.never_launched`, `server.invalid`,
 * `policy.forbidden`, `cell.unavailable`; those that need its host `server.no_host`.
 */
export interface ServerActionVerbs {
  start(server: string): Promise<void>
  stop(server: string, options?: StopOptions): Promise<void>
  reboot(server: string, options?: RebootOptions): Promise<void>
  pause(server: string): Promise<void>
  unpause(server: string): Promise<void>
  suspend(server: string): Promise<void>
  resume(server: string): Promise<void>
  /** Boots it from another image, beside its own disks. @throws `image.*` */
  rescue(server: string, options?: RescueOptions): Promise<AdminPassword>
  unrescue(server: string): Promise<void>
  /** Makes its disks anew. @throws `image.*`, `key_pair.not_found`, `quota.exceeded` */
  rebuild(server: string, options?: RebuildOptions): Promise<AdminPassword>
  /** Sets the administrator's password inside the running guest. */
  changePassword(server: string, adminPassword: string): Promise<void>
  crashDump(server: string): Promise<void>
  /** Makes it anew on another host, stopped, because its own is dead. @throws `server.host_is_up`, `host.not_found` */
  evacuate(server: string, options?: EvacuateOptions): Promise<void>
  /**
   * Gives it another flavor, by id or name; it rests `resized` until that is confirmed or reverted.
   * @throws `flavor.not_found`, `server.invalid`, `image.flavor_too_small`, `quota.exceeded`, `host.unreachable`
   */
  resize(server: string, flavor: string): Promise<void>
  /** Moves it to another host with its disks, for operators; it rests `resized` then. @throws `host.*`, `server.invalid` */
  migrate(server: string, options?: MigrateOptions): Promise<void>
  /** It stays where and what it has become. */
  confirmResize(server: string): Promise<void>
  /** It goes back to where and what it was. */
  revertResize(server: string): Promise<void>
  /** The end of the guest's serial console. @throws `server.no_host`, `host.unreachable`, `host.unsupported` */
  consoleOutput(server: string, options?: ConsoleOptions): Promise<string>
  /** How the guest does, for operators. @throws as above */
  diagnostics(server: string): Promise<Diagnostics>
  /** Where it went, and whether it came there; newest first. */
  migrations(server: string): Promise<readonly ServerMigration[]>
  /** Makes an image of its disk while it goes on. @returns the image's id @throws `image.*` */
  createImage(server: string, options: ImageOptions): Promise<ImageId>
  /** The same; older backups of that type are deleted until as many are left as are to be kept. @throws `image.*` */
  createBackup(server: string, options: BackupOptions): Promise<ImageId>
  /** Stops it and keeps its disk as an image; then it leaves its host, at once or as the cloud says. */
  shelve(server: string): Promise<void>
  /** Takes a shelved server from its host now. */
  shelveOffload(server: string): Promise<void>
  /** Makes it run again, on whichever host. @throws `aggregate.zone_not_found`, `host.not_found` */
  unshelve(server: string, options?: UnshelveOptions): Promise<void>
  /** Takes back its deletion, while that can be done. @throws `quota.exceeded` */
  restore(server: string): Promise<void>
  lock(server: string, options?: LockOptions): Promise<void>
  unlock(server: string): Promise<void>
  resetState(server: string, state: 'active' | 'error'): Promise<void>
  update(server: string, change: ServerChange): Promise<void>
  /** @returns all items as they are then. @throws `quota.exceeded` */
  setMetadata(server: string, items: MetadataChange): Promise<Readonly<Record<string, string>>>
  /** These and no others. */
  setTags(server: string, tags: readonly string[]): Promise<void>
}

export function serverActionVerbs(deps: ApiDeps, context: RequestContext): ServerActionVerbs {
  const plain = (action: Parameters<typeof act>[3]) => async (server: string) =>
    act(deps, context, serverId(server), action)
  return {
    start: plain('start'),
    stop: async (server, options = {}) => {
      const { graceful } = parse(stopOptions, options, invalid)
      const given = { options: { graceful: graceful === 0 ? null : graceful }, patience: graceful }
      await act(deps, context, serverId(server), 'stop', () => given)
    },
    reboot: async (server, options = {}) => {
      const { type } = parse(rebootOptions, options, invalid)
      await act(deps, context, serverId(server), type === 'soft' ? 'rebootSoft' : 'rebootHard')
    },
    pause: plain('pause'),
    unpause: plain('unpause'),
    suspend: plain('suspend'),
    resume: plain('resume'),
    rescue: async (server, options = {}) =>
      rescueServer(deps, context, serverId(server), parse(rescueOptions, options, invalid)),
    unrescue: plain('unrescue'),
    rebuild: async (server, options = {}) =>
      rebuildServer(deps, context, serverId(server), parse(rebuildOptions, options, invalid)),
    changePassword: async (server, adminPassword) => {
      const sealed = deps.secrets.seal(parse(password, adminPassword, invalid, 'the password'))
      await act(deps, context, serverId(server), 'changePassword', () => ({ options: { password: sealed } }))
    },
    crashDump: plain('crashDump'),
    evacuate: async (server, options = {}) => {
      const { host } = parse(evacuateOptions, options, invalid)
      await evacuateServer(deps, context, serverId(server), host === undefined ? null : id<HostName>(host))
    },
    resize: async (server, flavor) => resizeServer(deps, context, serverId(server), flavor),
    migrate: async (server, options = {}) => {
      const { host } = parse(migrateOptions, options, invalid)
      await migrateServer(deps, context, serverId(server), host === undefined ? null : id<HostName>(host))
    },
    confirmResize: async (server) => endResize(deps, context, serverId(server), 'confirmResize'),
    revertResize: async (server) => endResize(deps, context, serverId(server), 'revertResize'),
    consoleOutput: async (server, options = {}) =>
      consoleOutput(deps, context, serverId(server), parse(consoleOptions, options, invalid).lines),
    diagnostics: async (server) => diagnostics(deps, context, serverId(server)),
    migrations: async (server) => {
      const { cell } = await addressOf(deps, context, serverId(server), 'servers:get:placement')
      return cell === null ? [] : deps.cells.get(cell).read((tx) => migrationsOf(tx, serverId(server)))
    },
    createImage: async (server, options) =>
      createImage(deps, context, serverId(server), parse(imageOptions, options, invalid)),
    createBackup: async (server, options) =>
      createBackup(deps, context, serverId(server), parse(backupOptions, options, invalid)),
    shelve: async (server) => shelveServer(deps, context, serverId(server)),
    shelveOffload: async (server) => offloadServer(deps, context, serverId(server)),
    unshelve: async (server, options = {}) =>
      unshelveServer(deps, context, serverId(server), parse(unshelveOptions, options, invalid)),
    restore: async (server) => restoreServer(deps, context, serverId(server)),
    lock: async (server, options = {}) => {
      const { reason = null } = parse(lockOptions, options, invalid)
      await lockServer(deps, context, serverId(server), reason)
    },
    unlock: async (server) => unlockServer(deps, context, serverId(server)),
    resetState: async (server, state) =>
      resetState(deps, context, serverId(server), parse(resetTarget, state, invalid, 'the state')),
    update: async (server, change) =>
      updateServer(deps, context, serverId(server), parse(serverChange, change, invalid)),
    setMetadata: async (server, items) =>
      changeMetadata(deps, context, serverId(server), parse(metadataChange, items, invalid, 'the metadata')),
    setTags: async (server, list) =>
      setTags(deps, context, serverId(server), parse(tags, list, invalid, 'the list of tags')),
  }
}
