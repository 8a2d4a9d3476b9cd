import type { HypervisorFacets } from '@novakit/core'

const named = {
  pause: true,
  suspend: true,
  reboot: true,
  rescue: true,
  rebuild: true,
  resize: true,
  liveMigration: true,
  snapshot: true,
  volumes: true,
  interfaces: true,
  console: true,
  diagnostics: true,
  password: true,
  crashDump: true,
  quiesce: true,
  imageCache: true,
  shares: true,
  evacuation: true,
  hostPower: true,
} satisfies Record<keyof HypervisorFacets, true>

export const facetNames = Object.keys(named) as readonly (keyof HypervisorFacets)[]
