import path from 'node:path'
import { z } from 'zod'
import { parse } from '@novakit/core'
import type { Millis, MiB, GiB } from '@novakit/core'
import type { CpuProfile } from '../design/index.ts'
import { hypervisorErrors } from './errors.ts'

/** A libvirt daemon on the host of the agent, and how guests are to be made with it. */
export interface LibvirtDriverOptions {
  /** `qemu:///system`, `qemu+unix:///system?socket=…`, `test:///default`. The daemon must see the agent's files. */
  readonly uri: string
  /** Where guests have their files. Default `/var/lib/novakit/guests`. */
  readonly folder?: string
  /**
   * `qemu` emulates, `kvm` uses the CPU's help. `verified`, the default, takes `kvm` where a firmware runs with it, and
   * `qemu` elsewhere: that /dev/kvm opens does not say that guests run.
   */
  readonly virtType?: 'qemu' | 'kvm' | 'verified'
  /** Default: the host's. */
  readonly arch?: string
  /** For guests whose image names none. Default `pc`, on other architectures than x86 `virt`. */
  readonly machineType?: string
  /** Default: `host-model` with KVM, `none` without. */
  readonly cpu?: Partial<CpuProfile>
  readonly graphics?: 'vnc' | 'spice' | 'none'
  /** Where consoles listen. Default 127.0.0.1. */
  readonly consoleAddress?: string
  readonly diskCache?: 'none' | 'writethrough' | 'writeback' | 'directsync' | 'unsafe'
  readonly pciePorts?: number
  /** The node's name. Default: the host's. */
  readonly node?: string
  /** The host's address for the hypervisor list. */
  readonly hostIp?: string
  /** Default, as Nova's: 4 for CPUs, 1 for memory and disk. */
  readonly ratios?: { readonly cpu?: number; readonly memory?: number; readonly disk?: number }
  /** Kept from guests. Default, as Nova's: 512 MiB of memory. */
  readonly reserved?: { readonly vcpus?: number; readonly memory?: MiB; readonly disk?: GiB }
  readonly traits?: readonly string[]
  /** How long a guest may take to shut down before a resize. Default 60 seconds, as Nova's `shutdown_timeout`. */
  readonly shutdownTimeout?: Millis
  /** Whether images bring the QEMU guest agent; without it passwords and freezing are not offered. Default true. */
  readonly guestAgent?: boolean
  /** How guests move live. Left out: they do not. */
  readonly migration?: MigrationOptions
  readonly qemuImg?: string
}

export interface MigrationOptions {
  /** The URI by which the libvirt daemons of other hosts reach this one. */
  readonly uri: string
  /** Where its QEMU listens for guests that come. Default: libvirt chooses by the host's name. */
  readonly address?: string | undefined
  /** Encrypts with libvirt's TLS certificates. Default true; false is for networks of one's own. */
  readonly tls?: boolean
  /** MiB a second; default: as fast as it goes. */
  readonly bandwidth?: number | undefined
}

const ratio = z.number().positive()
const whole = z.int().nonnegative()
const flag = z.string().regex(/^[+-]?[a-z0-9_.-]+$/)

const schema = z.strictObject({
  uri: z.string().min(1),
  folder: z
    .string()
    .refine((folder) => path.isAbsolute(folder) && path.normalize(folder) === folder, 'must be an absolute path')
    // A guest's agent socket is in it, and the path of a socket has 107 bytes.
    .refine((folder) => Buffer.byteLength(folder) <= 56, 'must have at most 56 bytes: the paths of sockets are short')
    .default('/var/lib/novakit/guests'),
  virtType: z.enum(['qemu', 'kvm', 'verified']).default('verified'),
  arch: z.string().min(1).optional(),
  machineType: z.string().min(1).optional(),
  cpu: z
    .strictObject({
      mode: z.enum(['none', 'host-model', 'host-passthrough', 'maximum', 'custom']).optional(),
      models: z.array(z.string().min(1)).optional(),
      flags: z.array(flag).optional(),
    })
    .default({}),
  graphics: z.enum(['vnc', 'spice', 'none']).default('vnc'),
  consoleAddress: z.string().min(1).default('127.0.0.1'),
  diskCache: z.enum(['none', 'writethrough', 'writeback', 'directsync', 'unsafe']).default('none'),
  pciePorts: z.int().min(0).max(28).default(8),
  node: z.string().min(1).max(255).optional(),
  hostIp: z.string().min(1).optional(),
  ratios: z.strictObject({ cpu: ratio, memory: ratio, disk: ratio }).partial().default({}),
  reserved: z.strictObject({ vcpus: whole, memory: whole, disk: whole }).partial().default({}),
  traits: z.array(z.string().regex(/^[A-Z0-9_]{1,255}$/)).default([]),
  shutdownTimeout: z.number().nonnegative().default(60_000),
  guestAgent: z.boolean().default(true),
  migration: z
    .strictObject({
      uri: z.string().min(1),
      address: z.string().min(1).optional(),
      tls: z.boolean().default(true),
      bandwidth: z.int().positive().optional(),
    })
    .refine(
      ({ uri, tls }) => !tls || !/^[a-z]+\+tcp:/.test(uri),
      'must not be reached over plain TCP unless tls is false',
    )
    .optional(),
  qemuImg: z.string().min(1).default('qemu-img'),
})

export type ParsedOptions = z.output<typeof schema>

/** @throws `libvirt_driver.invalid_options`, which names the option */
export function parseOptions(options: LibvirtDriverOptions): ParsedOptions {
  return parse(schema, options, (what) => hypervisorErrors.invalid_options({ what }))
}
