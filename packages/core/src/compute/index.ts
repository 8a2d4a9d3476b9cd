export { agent, type Agent } from './agent.ts'
export type { AgentDeps, OrderDeps } from './deps.ts'
export { pulse, type Pulse } from './pulse.ts'
export type { Order } from './order.ts'
