export { client, type Call, type Client, type ClientDeps } from './client.ts'
export { decode, encode } from './codec.ts'
export { defineContract, type Contract, type Method, type Methods, type ReplyOf, type RequestOf } from './contract.ts'
export { serve, type Handlers, type Incoming, type ServeDeps } from './server.ts'
