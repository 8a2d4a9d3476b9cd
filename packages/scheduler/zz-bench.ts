import { filterScheduler } from '@novakit/scheduler'
import { id } from '@novakit/core'
import { resourceRequestOf } from '@novakit/scheduler'
const inv=(total:number,used:number)=>({total,used,reserved:0,allocationRatio:1,minUnit:1,maxUnit:2**31-1,stepSize:1})
  const n = 1700
  const hosts:any[] = Array.from({length:n},(_, i)=>({provider:`h${i}`,host:`h${i}`,node:`h${i}`,cell:'c1',enabled:true,up:true,reachable:true,traits:new Set(),children:[],aggregates:[`z${i%3}`],
   inventories:new Map([['VCPU',inv(64,(i*7)%65)],['MEMORY_MB',inv(262144,(i*1311)%262144)],['DISK_GB',inv(4000,(i*13)%3900)]]),
   servers:new Map(Array.from({length:20},(_,k)=>[`x${i}-${k}`,{project:'p',flavor:'f',imageProperties:{},group:null}])), stats:{ioOps:0,failedBuilds:0,metrics:{}},hypervisor:{type:'q',version:8000000,hostIp:null,supportedInstances:[],cpuInfo:{},numa:null,pci:null}}))
  const snap:any = {version:1,at:0,hosts,sharing:[],groups:new Map(),aggregates:new Map([0,1,2].map(z=>[`z${z}`,{id:`z${z}`,name:`z${z}`,zone:`z${z}`,metadata:{}}]))}
  const s = filterScheduler()
  const fl=(v:number,m:number,d:number):any=>({id:'f',name:'f',vcpus:v,memory:m,disk:d,ephemeral:0,swap:0,isPublic:true,description:null,extraSpecs:{}})
  const req=(f:any,servers=['s1']):any=>({project:'p',user:'u',servers,flavor:f,image:null,zone:null,group:null,hints:{},destination:{ignoredHosts:[],cell:null},networks:'none',blockDevices:[],bootFromVolume:false,resources:resourceRequestOf(f,null,{bootFromVolume:false}),internal:{}})
  const time = (name: string, f: (i:number)=>unknown, reps=300) => { for(let i=0;i<50;i++) f(i); const t=performance.now(); for(let i=0;i<reps;i++) f(i); console.log(name.padEnd(20), ((performance.now()-t)/reps).toFixed(3),'ms') }
  const r = req(fl(4,8192,40))
  const many = Array.from({length:100},(_,i)=>'m'+i)
  const g=(policy:string)=>({id:'g',policy,maxServerPerHost:1,members:[],hosts:[]})
  const only=process.argv[2]
  const cases:Record<string,[(i:number)=>unknown,number]>={
  single:[(i)=>s.decide(snap, r, 's'+i),500],
  zone: [(i)=>s.decide(snap, {...r, zone:'z1'}, 's'+i),300],
  anti: [(i)=>s.decide(snap, {...r, group: g('anti-affinity')}, 's'+i),300],
  soft: [(i)=>s.decide(snap, {...r, group: g('soft-anti-affinity')}, 's'+i),300],
  nofit: [(i)=>s.decide(snap, req(fl(400,1,1)), 's'+i),50],
  many: [(i)=>s.decide(snap, {...r, servers: many}, 's'+i), 20],
  manyAnti: [(i)=>s.decide(snap, {...r, group: g('anti-affinity'), servers: many}, 's'+i), 20],
  }
  for (const [k,[f,reps]] of Object.entries(cases)) if(!only||only===k) time(k,f,reps)
