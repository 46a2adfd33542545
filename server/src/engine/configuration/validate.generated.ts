// @ts-nocheck
/* Made of grammars/faultline.schema.json by scripts/schemaValidator.ts; `npm run schema-validator` makes it anew. */

export interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly parentSchema?: { readonly properties?: Readonly<Record<string, unknown>> };
}

interface Validate {
  (value: unknown): boolean;
  readonly errors?: readonly SchemaError[] | null;
}

const schema11 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"Faultline workspace vocabulary","description":"What functions and macros of your own subsystem do to locks and references, for Faultline. The nearest .faultline.json at or above a source file counts, up to the top of the kernel tree.","type":"object","additionalProperties":false,"properties":{"$schema":{"type":"string","description":"Where this schema is, for editors that do not know it."},"functions":{"type":"object","description":"By name: what a function or macro does. It counts before the built-in vocabulary and before the function's own source.","additionalProperties":{"$ref":"#/definitions/function"}},"noreturn":{"$ref":"#/definitions/names","description":"Functions and macros that never return, as BUG() and panic()."},"iterators":{"$ref":"#/definitions/names","description":"Macros that are the head of a loop, as list_for_each_entry. A hint for what the text alone leaves open; most are recognised without."},"attributes":{"$ref":"#/definitions/names","description":"Macros that stand as attributes without arguments, as __init. A hint for what the text alone leaves open; most are recognised without."},"attributesWithArguments":{"$ref":"#/definitions/names","description":"Macros that stand as attributes with arguments, as __section(x). A hint for what the text alone leaves open; most are recognised without."}},"definitions":{"identifier":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_]*$"},"names":{"type":"array","items":{"$ref":"#/definitions/identifier"}},"position":{"type":"integer","minimum":1,"maximum":32,"description":"An argument of the call; the first is 1."},"function":{"type":"object","additionalProperties":false,"minProperties":1,"properties":{"comment":{"type":"string","description":"For readers of this file; it is shown when hovering the function."},"like":{"$ref":"#/definitions/identifier","description":"Does what this function does: one of the built-in vocabulary (lock_page, folio_unlock, spin_lock, find_lock_page, ...) or another one of this file."},"arguments":{"type":"array","items":{"$ref":"#/definitions/position"},"description":"With `like`, where the arguments are in another order: which argument of this function is the other's first, second, ... Example: [2] for my_lock(dev, page), like lock_page."},"inert":{"const":true,"description":"Touches neither locks nor references nor the page cache: tracing, statistics."},"takes":{"$ref":"#/definitions/locks","description":"Locks that the function returns with."},"drops":{"$ref":"#/definitions/locks","description":"Locks that the function releases; the caller holds them."},"needs":{"$ref":"#/definitions/heldLocks","description":"Locks that the caller must hold."},"leaves":{"$ref":"#/definitions/leftLocks","description":"Locks that are so afterwards, whatever they were before: of a function that may drop and retake, or that is given a lock in either state."},"downgrades":{"$ref":"#/definitions/heldLocks","description":"Locks that the caller holds exclusively, and shared afterwards."},"batch":{"$ref":"#/definitions/batch"},"getsReference":{"$ref":"#/definitions/position","description":"The page or folio that the function takes a reference of."},"putsReference":{"$ref":"#/definitions/position","description":"The page or folio that the function drops a reference of."},"freezesReference":{"$ref":"#/definitions/frozen","description":"Takes the reference count from that number to 0 in one step, or returns 0."},"unfreezesReference":{"$ref":"#/definitions/frozen","description":"Gives a frozen reference count that number again."},"sleeps":{"enum":[true,false,"gfp"],"description":"Whether the function may sleep; \"gfp\": if its allocation flags allow it. Default: true where it takes a sleeping lock without being able to fail, else false."}}},"locks":{"anyOf":[{"$ref":"#/definitions/lock"},{"type":"array","minItems":1,"items":{"$ref":"#/definitions/lock"}}]},"heldLocks":{"anyOf":[{"$ref":"#/definitions/heldLock"},{"type":"array","minItems":1,"items":{"$ref":"#/definitions/heldLock"}}]},"lockKind":{"enum":["page","page table","pmd","mmap","vma","i_mmap","anon_vma","invalidate","inode","i_pages","rcu","spinlock","mutex","rwsem"],"description":"Which lock: of the page or folio; the page-table lock (pte lock); the huge-page-table lock (pmd); mmap_lock or mmap_sem; the per-VMA lock; i_mmap_rwsem and its predecessors; anon_vma; mapping->invalidate_lock; i_rwsem or i_mutex; the lock of the page-cache tree; RCU; or an ordinary spinlock, mutex or rw_semaphore that is named by its address."},"lock":{"type":"object","additionalProperties":false,"required":["lock"],"properties":{"lock":{"$ref":"#/definitions/lockKind"},"argument":{"anyOf":[{"$ref":"#/definitions/position"},{"const":"result"}],"description":"What the lock is of: an argument of the call, the first being 1, or \"result\", what it returns. Default: 1. A page lock is named by its page or folio, the mmap lock by the mm, spinlock, mutex and rwsem by the lock's address."},"mode":{"enum":["exclusive","shared"],"description":"Default: exclusive."},"ifReturns":{"enum":["nonzero","zero","negative","pointer","null"],"description":"Only where the function returns this; otherwise it leaves the lock alone. \"pointer\": neither NULL nor an error pointer; \"null\": NULL or an error pointer. Without it: always. trylock: \"nonzero\"; killable: \"zero\"."}}},"leftLocks":{"anyOf":[{"$ref":"#/definitions/leftLock"},{"type":"array","minItems":1,"items":{"$ref":"#/definitions/leftLock"}}]},"leftLock":{"type":"object","additionalProperties":false,"required":["lock","as"],"properties":{"lock":{"$ref":"#/definitions/lockKind"},"as":{"enum":["held","free","unknown"],"description":"\"unknown\": what it is then depends on more than the result; no finding rests on the lock from there on."},"argument":{"anyOf":[{"$ref":"#/definitions/position"},{"const":"result"}],"description":"What the lock is of: an argument of the call, the first being 1, or \"result\", what it returns. Default: 1."},"ifReturns":{"enum":["nonzero","zero","negative","pointer","null"],"description":"Only where the function returns this; otherwise it leaves the lock alone."}}},"batch":{"type":"object","description":"What it does to pages in a pagevec or folio_batch; to which of them is not followed.","additionalProperties":false,"required":["does"],"properties":{"does":{"enum":["get","put","lock","needLock"],"description":"Takes references, drops them, locks pages, or demands that they are locked."},"argument":{"$ref":"#/definitions/position"}}},"frozen":{"type":"object","additionalProperties":false,"required":["argument","count"],"properties":{"argument":{"$ref":"#/definitions/position"},"count":{"$ref":"#/definitions/position","description":"The argument that says how many references."}}},"heldLock":{"type":"object","additionalProperties":false,"required":["lock"],"properties":{"lock":{"$ref":"#/definitions/lockKind"},"argument":{"$ref":"#/definitions/position"}}}}};
const schema12 = {"type":"object","additionalProperties":false,"minProperties":1,"properties":{"comment":{"type":"string","description":"For readers of this file; it is shown when hovering the function."},"like":{"$ref":"#/definitions/identifier","description":"Does what this function does: one of the built-in vocabulary (lock_page, folio_unlock, spin_lock, find_lock_page, ...) or another one of this file."},"arguments":{"type":"array","items":{"$ref":"#/definitions/position"},"description":"With `like`, where the arguments are in another order: which argument of this function is the other's first, second, ... Example: [2] for my_lock(dev, page), like lock_page."},"inert":{"const":true,"description":"Touches neither locks nor references nor the page cache: tracing, statistics."},"takes":{"$ref":"#/definitions/locks","description":"Locks that the function returns with."},"drops":{"$ref":"#/definitions/locks","description":"Locks that the function releases; the caller holds them."},"needs":{"$ref":"#/definitions/heldLocks","description":"Locks that the caller must hold."},"leaves":{"$ref":"#/definitions/leftLocks","description":"Locks that are so afterwards, whatever they were before: of a function that may drop and retake, or that is given a lock in either state."},"downgrades":{"$ref":"#/definitions/heldLocks","description":"Locks that the caller holds exclusively, and shared afterwards."},"batch":{"$ref":"#/definitions/batch"},"getsReference":{"$ref":"#/definitions/position","description":"The page or folio that the function takes a reference of."},"putsReference":{"$ref":"#/definitions/position","description":"The page or folio that the function drops a reference of."},"freezesReference":{"$ref":"#/definitions/frozen","description":"Takes the reference count from that number to 0 in one step, or returns 0."},"unfreezesReference":{"$ref":"#/definitions/frozen","description":"Gives a frozen reference count that number again."},"sleeps":{"enum":[true,false,"gfp"],"description":"Whether the function may sleep; \"gfp\": if its allocation flags allow it. Default: true where it takes a sleeping lock without being able to fail, else false."}}};
const schema13 = {"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_]*$"};
const schema14 = {"type":"integer","minimum":1,"maximum":32,"description":"An argument of the call; the first is 1."};
const func2 = Object.prototype.hasOwnProperty;
const pattern0 = new RegExp("^[A-Za-z_][A-Za-z0-9_]*$", "u");
const schema15 = {"anyOf":[{"$ref":"#/definitions/lock"},{"type":"array","minItems":1,"items":{"$ref":"#/definitions/lock"}}]};
const schema16 = {"type":"object","additionalProperties":false,"required":["lock"],"properties":{"lock":{"$ref":"#/definitions/lockKind"},"argument":{"anyOf":[{"$ref":"#/definitions/position"},{"const":"result"}],"description":"What the lock is of: an argument of the call, the first being 1, or \"result\", what it returns. Default: 1. A page lock is named by its page or folio, the mmap lock by the mm, spinlock, mutex and rwsem by the lock's address."},"mode":{"enum":["exclusive","shared"],"description":"Default: exclusive."},"ifReturns":{"enum":["nonzero","zero","negative","pointer","null"],"description":"Only where the function returns this; otherwise it leaves the lock alone. \"pointer\": neither NULL nor an error pointer; \"null\": NULL or an error pointer. Without it: always. trylock: \"nonzero\"; killable: \"zero\"."}}};
const schema17 = {"enum":["page","page table","pmd","mmap","vma","i_mmap","anon_vma","invalidate","inode","i_pages","rcu","spinlock","mutex","rwsem"],"description":"Which lock: of the page or folio; the page-table lock (pte lock); the huge-page-table lock (pmd); mmap_lock or mmap_sem; the per-VMA lock; i_mmap_rwsem and its predecessors; anon_vma; mapping->invalidate_lock; i_rwsem or i_mutex; the lock of the page-cache tree; RCU; or an ordinary spinlock, mutex or rw_semaphore that is named by its address."};

function validate13(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.lock === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "lock"},message:"must have required property '"+"lock"+"'",schema:schema16.required,parentSchema:schema16,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "lock") || (key0 === "argument")) || (key0 === "mode")) || (key0 === "ifReturns"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema16,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.lock !== undefined){
let data0 = data.lock;
if(!((((((((((((((data0 === "page") || (data0 === "page table")) || (data0 === "pmd")) || (data0 === "mmap")) || (data0 === "vma")) || (data0 === "i_mmap")) || (data0 === "anon_vma")) || (data0 === "invalidate")) || (data0 === "inode")) || (data0 === "i_pages")) || (data0 === "rcu")) || (data0 === "spinlock")) || (data0 === "mutex")) || (data0 === "rwsem"))){
const err2 = {instancePath:instancePath+"/lock",schemaPath:"#/definitions/lockKind/enum",keyword:"enum",params:{allowedValues: schema17.enum},message:"must be equal to one of the allowed values",schema:schema17.enum,parentSchema:schema17,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.argument !== undefined){
let data1 = data.argument;
const _errs5 = errors;
let valid2 = false;
const _errs6 = errors;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err3 = {instancePath:instancePath+"/argument",schemaPath:"#/definitions/position/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema14.type,parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 32 || isNaN(data1)){
const err4 = {instancePath:instancePath+"/argument",schemaPath:"#/definitions/position/maximum",keyword:"maximum",params:{comparison: "<=", limit: 32},message:"must be <= 32",schema:32,parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data1 < 1 || isNaN(data1)){
const err5 = {instancePath:instancePath+"/argument",schemaPath:"#/definitions/position/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
var _valid0 = _errs6 === errors;
valid2 = valid2 || _valid0;
if(!valid2){
const _errs9 = errors;
if("result" !== data1){
const err6 = {instancePath:instancePath+"/argument",schemaPath:"#/properties/argument/anyOf/1/const",keyword:"const",params:{allowedValue: "result"},message:"must be equal to constant",schema:"result",parentSchema:schema16.properties.argument.anyOf[1],data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
var _valid0 = _errs9 === errors;
valid2 = valid2 || _valid0;
}
if(!valid2){
const err7 = {instancePath:instancePath+"/argument",schemaPath:"#/properties/argument/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema16.properties.argument.anyOf,parentSchema:schema16.properties.argument,data:data1};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
else {
errors = _errs5;
if(vErrors !== null){
if(_errs5){
vErrors.length = _errs5;
}
else {
vErrors = null;
}
}
}
}
if(data.mode !== undefined){
let data2 = data.mode;
if(!((data2 === "exclusive") || (data2 === "shared"))){
const err8 = {instancePath:instancePath+"/mode",schemaPath:"#/properties/mode/enum",keyword:"enum",params:{allowedValues: schema16.properties.mode.enum},message:"must be equal to one of the allowed values",schema:schema16.properties.mode.enum,parentSchema:schema16.properties.mode,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.ifReturns !== undefined){
let data3 = data.ifReturns;
if(!(((((data3 === "nonzero") || (data3 === "zero")) || (data3 === "negative")) || (data3 === "pointer")) || (data3 === "null"))){
const err9 = {instancePath:instancePath+"/ifReturns",schemaPath:"#/properties/ifReturns/enum",keyword:"enum",params:{allowedValues: schema16.properties.ifReturns.enum},message:"must be equal to one of the allowed values",schema:schema16.properties.ifReturns.enum,parentSchema:schema16.properties.ifReturns,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema16.type,parentSchema:schema16,data};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
validate13.errors = vErrors;
return errors === 0;
}


function validate12(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
const _errs0 = errors;
let valid0 = false;
const _errs1 = errors;
if(!(validate13(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate13.errors : vErrors.concat(validate13.errors);
errors = vErrors.length;
}
var _valid0 = _errs1 === errors;
valid0 = valid0 || _valid0;
if(!valid0){
const _errs2 = errors;
if(Array.isArray(data)){
if(data.length < 1){
const err0 = {instancePath,schemaPath:"#/anyOf/1/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema15.anyOf[1],data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate13(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate13.errors : vErrors.concat(validate13.errors);
errors = vErrors.length;
}
}
}
else {
const err1 = {instancePath,schemaPath:"#/anyOf/1/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema15.anyOf[1].type,parentSchema:schema15.anyOf[1],data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
var _valid0 = _errs2 === errors;
valid0 = valid0 || _valid0;
}
if(!valid0){
const err2 = {instancePath,schemaPath:"#/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema15.anyOf,parentSchema:schema15,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
else {
errors = _errs0;
if(vErrors !== null){
if(_errs0){
vErrors.length = _errs0;
}
else {
vErrors = null;
}
}
}
validate12.errors = vErrors;
return errors === 0;
}

const schema19 = {"anyOf":[{"$ref":"#/definitions/heldLock"},{"type":"array","minItems":1,"items":{"$ref":"#/definitions/heldLock"}}]};
const schema20 = {"type":"object","additionalProperties":false,"required":["lock"],"properties":{"lock":{"$ref":"#/definitions/lockKind"},"argument":{"$ref":"#/definitions/position"}}};

function validate19(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.lock === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "lock"},message:"must have required property '"+"lock"+"'",schema:schema20.required,parentSchema:schema20,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!((key0 === "lock") || (key0 === "argument"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema20,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.lock !== undefined){
let data0 = data.lock;
if(!((((((((((((((data0 === "page") || (data0 === "page table")) || (data0 === "pmd")) || (data0 === "mmap")) || (data0 === "vma")) || (data0 === "i_mmap")) || (data0 === "anon_vma")) || (data0 === "invalidate")) || (data0 === "inode")) || (data0 === "i_pages")) || (data0 === "rcu")) || (data0 === "spinlock")) || (data0 === "mutex")) || (data0 === "rwsem"))){
const err2 = {instancePath:instancePath+"/lock",schemaPath:"#/definitions/lockKind/enum",keyword:"enum",params:{allowedValues: schema17.enum},message:"must be equal to one of the allowed values",schema:schema17.enum,parentSchema:schema17,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.argument !== undefined){
let data1 = data.argument;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err3 = {instancePath:instancePath+"/argument",schemaPath:"#/definitions/position/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema14.type,parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 32 || isNaN(data1)){
const err4 = {instancePath:instancePath+"/argument",schemaPath:"#/definitions/position/maximum",keyword:"maximum",params:{comparison: "<=", limit: 32},message:"must be <= 32",schema:32,parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data1 < 1 || isNaN(data1)){
const err5 = {instancePath:instancePath+"/argument",schemaPath:"#/definitions/position/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
}
else {
const err6 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema20.type,parentSchema:schema20,data};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
validate19.errors = vErrors;
return errors === 0;
}


function validate18(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
const _errs0 = errors;
let valid0 = false;
const _errs1 = errors;
if(!(validate19(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate19.errors : vErrors.concat(validate19.errors);
errors = vErrors.length;
}
var _valid0 = _errs1 === errors;
valid0 = valid0 || _valid0;
if(!valid0){
const _errs2 = errors;
if(Array.isArray(data)){
if(data.length < 1){
const err0 = {instancePath,schemaPath:"#/anyOf/1/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema19.anyOf[1],data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate19(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate19.errors : vErrors.concat(validate19.errors);
errors = vErrors.length;
}
}
}
else {
const err1 = {instancePath,schemaPath:"#/anyOf/1/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema19.anyOf[1].type,parentSchema:schema19.anyOf[1],data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
var _valid0 = _errs2 === errors;
valid0 = valid0 || _valid0;
}
if(!valid0){
const err2 = {instancePath,schemaPath:"#/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema19.anyOf,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
else {
errors = _errs0;
if(vErrors !== null){
if(_errs0){
vErrors.length = _errs0;
}
else {
vErrors = null;
}
}
}
validate18.errors = vErrors;
return errors === 0;
}

const schema23 = {"anyOf":[{"$ref":"#/definitions/leftLock"},{"type":"array","minItems":1,"items":{"$ref":"#/definitions/leftLock"}}]};
const schema24 = {"type":"object","additionalProperties":false,"required":["lock","as"],"properties":{"lock":{"$ref":"#/definitions/lockKind"},"as":{"enum":["held","free","unknown"],"description":"\"unknown\": what it is then depends on more than the result; no finding rests on the lock from there on."},"argument":{"anyOf":[{"$ref":"#/definitions/position"},{"const":"result"}],"description":"What the lock is of: an argument of the call, the first being 1, or \"result\", what it returns. Default: 1."},"ifReturns":{"enum":["nonzero","zero","negative","pointer","null"],"description":"Only where the function returns this; otherwise it leaves the lock alone."}}};

function validate24(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.lock === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "lock"},message:"must have required property '"+"lock"+"'",schema:schema24.required,parentSchema:schema24,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.as === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "as"},message:"must have required property '"+"as"+"'",schema:schema24.required,parentSchema:schema24,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "lock") || (key0 === "as")) || (key0 === "argument")) || (key0 === "ifReturns"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema24,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.lock !== undefined){
let data0 = data.lock;
if(!((((((((((((((data0 === "page") || (data0 === "page table")) || (data0 === "pmd")) || (data0 === "mmap")) || (data0 === "vma")) || (data0 === "i_mmap")) || (data0 === "anon_vma")) || (data0 === "invalidate")) || (data0 === "inode")) || (data0 === "i_pages")) || (data0 === "rcu")) || (data0 === "spinlock")) || (data0 === "mutex")) || (data0 === "rwsem"))){
const err3 = {instancePath:instancePath+"/lock",schemaPath:"#/definitions/lockKind/enum",keyword:"enum",params:{allowedValues: schema17.enum},message:"must be equal to one of the allowed values",schema:schema17.enum,parentSchema:schema17,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.as !== undefined){
let data1 = data.as;
if(!(((data1 === "held") || (data1 === "free")) || (data1 === "unknown"))){
const err4 = {instancePath:instancePath+"/as",schemaPath:"#/properties/as/enum",keyword:"enum",params:{allowedValues: schema24.properties.as.enum},message:"must be equal to one of the allowed values",schema:schema24.properties.as.enum,parentSchema:schema24.properties.as,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.argument !== undefined){
let data2 = data.argument;
const _errs6 = errors;
let valid2 = false;
const _errs7 = errors;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
const err5 = {instancePath:instancePath+"/argument",schemaPath:"#/definitions/position/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema14.type,parentSchema:schema14,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 32 || isNaN(data2)){
const err6 = {instancePath:instancePath+"/argument",schemaPath:"#/definitions/position/maximum",keyword:"maximum",params:{comparison: "<=", limit: 32},message:"must be <= 32",schema:32,parentSchema:schema14,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data2 < 1 || isNaN(data2)){
const err7 = {instancePath:instancePath+"/argument",schemaPath:"#/definitions/position/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema14,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
var _valid0 = _errs7 === errors;
valid2 = valid2 || _valid0;
if(!valid2){
const _errs10 = errors;
if("result" !== data2){
const err8 = {instancePath:instancePath+"/argument",schemaPath:"#/properties/argument/anyOf/1/const",keyword:"const",params:{allowedValue: "result"},message:"must be equal to constant",schema:"result",parentSchema:schema24.properties.argument.anyOf[1],data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
var _valid0 = _errs10 === errors;
valid2 = valid2 || _valid0;
}
if(!valid2){
const err9 = {instancePath:instancePath+"/argument",schemaPath:"#/properties/argument/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema24.properties.argument.anyOf,parentSchema:schema24.properties.argument,data:data2};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
else {
errors = _errs6;
if(vErrors !== null){
if(_errs6){
vErrors.length = _errs6;
}
else {
vErrors = null;
}
}
}
}
if(data.ifReturns !== undefined){
let data3 = data.ifReturns;
if(!(((((data3 === "nonzero") || (data3 === "zero")) || (data3 === "negative")) || (data3 === "pointer")) || (data3 === "null"))){
const err10 = {instancePath:instancePath+"/ifReturns",schemaPath:"#/properties/ifReturns/enum",keyword:"enum",params:{allowedValues: schema24.properties.ifReturns.enum},message:"must be equal to one of the allowed values",schema:schema24.properties.ifReturns.enum,parentSchema:schema24.properties.ifReturns,data:data3};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
else {
const err11 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema24.type,parentSchema:schema24,data};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
validate24.errors = vErrors;
return errors === 0;
}


function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
const _errs0 = errors;
let valid0 = false;
const _errs1 = errors;
if(!(validate24(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var _valid0 = _errs1 === errors;
valid0 = valid0 || _valid0;
if(!valid0){
const _errs2 = errors;
if(Array.isArray(data)){
if(data.length < 1){
const err0 = {instancePath,schemaPath:"#/anyOf/1/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema23.anyOf[1],data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate24(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
}
}
else {
const err1 = {instancePath,schemaPath:"#/anyOf/1/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema23.anyOf[1].type,parentSchema:schema23.anyOf[1],data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
var _valid0 = _errs2 === errors;
valid0 = valid0 || _valid0;
}
if(!valid0){
const err2 = {instancePath,schemaPath:"#/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema23.anyOf,parentSchema:schema23,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
else {
errors = _errs0;
if(vErrors !== null){
if(_errs0){
vErrors.length = _errs0;
}
else {
vErrors = null;
}
}
}
validate23.errors = vErrors;
return errors === 0;
}

const schema27 = {"type":"object","description":"What it does to pages in a pagevec or folio_batch; to which of them is not followed.","additionalProperties":false,"required":["does"],"properties":{"does":{"enum":["get","put","lock","needLock"],"description":"Takes references, drops them, locks pages, or demands that they are locked."},"argument":{"$ref":"#/definitions/position"}}};

function validate29(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.does === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "does"},message:"must have required property '"+"does"+"'",schema:schema27.required,parentSchema:schema27,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!((key0 === "does") || (key0 === "argument"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema27,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.does !== undefined){
let data0 = data.does;
if(!((((data0 === "get") || (data0 === "put")) || (data0 === "lock")) || (data0 === "needLock"))){
const err2 = {instancePath:instancePath+"/does",schemaPath:"#/properties/does/enum",keyword:"enum",params:{allowedValues: schema27.properties.does.enum},message:"must be equal to one of the allowed values",schema:schema27.properties.does.enum,parentSchema:schema27.properties.does,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.argument !== undefined){
let data1 = data.argument;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err3 = {instancePath:instancePath+"/argument",schemaPath:"#/definitions/position/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema14.type,parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 32 || isNaN(data1)){
const err4 = {instancePath:instancePath+"/argument",schemaPath:"#/definitions/position/maximum",keyword:"maximum",params:{comparison: "<=", limit: 32},message:"must be <= 32",schema:32,parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data1 < 1 || isNaN(data1)){
const err5 = {instancePath:instancePath+"/argument",schemaPath:"#/definitions/position/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
}
else {
const err6 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema27.type,parentSchema:schema27,data};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
validate29.errors = vErrors;
return errors === 0;
}

const schema31 = {"type":"object","additionalProperties":false,"required":["argument","count"],"properties":{"argument":{"$ref":"#/definitions/position"},"count":{"$ref":"#/definitions/position","description":"The argument that says how many references."}}};

function validate31(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.argument === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "argument"},message:"must have required property '"+"argument"+"'",schema:schema31.required,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.count === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "count"},message:"must have required property '"+"count"+"'",schema:schema31.required,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!((key0 === "argument") || (key0 === "count"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.argument !== undefined){
let data0 = data.argument;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err3 = {instancePath:instancePath+"/argument",schemaPath:"#/definitions/position/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema14.type,parentSchema:schema14,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 32 || isNaN(data0)){
const err4 = {instancePath:instancePath+"/argument",schemaPath:"#/definitions/position/maximum",keyword:"maximum",params:{comparison: "<=", limit: 32},message:"must be <= 32",schema:32,parentSchema:schema14,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data0 < 1 || isNaN(data0)){
const err5 = {instancePath:instancePath+"/argument",schemaPath:"#/definitions/position/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema14,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
if(data.count !== undefined){
let data1 = data.count;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err6 = {instancePath:instancePath+"/count",schemaPath:"#/definitions/position/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema14.type,parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 32 || isNaN(data1)){
const err7 = {instancePath:instancePath+"/count",schemaPath:"#/definitions/position/maximum",keyword:"maximum",params:{comparison: "<=", limit: 32},message:"must be <= 32",schema:32,parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data1 < 1 || isNaN(data1)){
const err8 = {instancePath:instancePath+"/count",schemaPath:"#/definitions/position/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema14,data:data1};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
}
else {
const err9 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.type,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
validate31.errors = vErrors;
return errors === 0;
}


function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(Object.keys(data).length < 1){
const err0 = {instancePath,schemaPath:"#/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!(func2.call(schema12.properties, key0))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.comment !== undefined){
let data0 = data.comment;
if(typeof data0 !== "string"){
const err2 = {instancePath:instancePath+"/comment",schemaPath:"#/properties/comment/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.comment.type,parentSchema:schema12.properties.comment,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.like !== undefined){
let data1 = data.like;
if(typeof data1 === "string"){
if(!pattern0.test(data1)){
const err3 = {instancePath:instancePath+"/like",schemaPath:"#/definitions/identifier/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\"",schema:"^[A-Za-z_][A-Za-z0-9_]*$",parentSchema:schema13,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/like",schemaPath:"#/definitions/identifier/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.type,parentSchema:schema13,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.arguments !== undefined){
let data2 = data.arguments;
if(Array.isArray(data2)){
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
const err5 = {instancePath:instancePath+"/arguments/" + i0,schemaPath:"#/definitions/position/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema14.type,parentSchema:schema14,data:data3};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 32 || isNaN(data3)){
const err6 = {instancePath:instancePath+"/arguments/" + i0,schemaPath:"#/definitions/position/maximum",keyword:"maximum",params:{comparison: "<=", limit: 32},message:"must be <= 32",schema:32,parentSchema:schema14,data:data3};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data3 < 1 || isNaN(data3)){
const err7 = {instancePath:instancePath+"/arguments/" + i0,schemaPath:"#/definitions/position/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema14,data:data3};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
}
else {
const err8 = {instancePath:instancePath+"/arguments",schemaPath:"#/properties/arguments/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema12.properties.arguments.type,parentSchema:schema12.properties.arguments,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.inert !== undefined){
let data4 = data.inert;
if(true !== data4){
const err9 = {instancePath:instancePath+"/inert",schemaPath:"#/properties/inert/const",keyword:"const",params:{allowedValue: true},message:"must be equal to constant",schema:true,parentSchema:schema12.properties.inert,data:data4};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.takes !== undefined){
if(!(validate12(data.takes, {instancePath:instancePath+"/takes",parentData:data,parentDataProperty:"takes",rootData}))){
vErrors = vErrors === null ? validate12.errors : vErrors.concat(validate12.errors);
errors = vErrors.length;
}
}
if(data.drops !== undefined){
if(!(validate12(data.drops, {instancePath:instancePath+"/drops",parentData:data,parentDataProperty:"drops",rootData}))){
vErrors = vErrors === null ? validate12.errors : vErrors.concat(validate12.errors);
errors = vErrors.length;
}
}
if(data.needs !== undefined){
if(!(validate18(data.needs, {instancePath:instancePath+"/needs",parentData:data,parentDataProperty:"needs",rootData}))){
vErrors = vErrors === null ? validate18.errors : vErrors.concat(validate18.errors);
errors = vErrors.length;
}
}
if(data.leaves !== undefined){
if(!(validate23(data.leaves, {instancePath:instancePath+"/leaves",parentData:data,parentDataProperty:"leaves",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.downgrades !== undefined){
if(!(validate18(data.downgrades, {instancePath:instancePath+"/downgrades",parentData:data,parentDataProperty:"downgrades",rootData}))){
vErrors = vErrors === null ? validate18.errors : vErrors.concat(validate18.errors);
errors = vErrors.length;
}
}
if(data.batch !== undefined){
if(!(validate29(data.batch, {instancePath:instancePath+"/batch",parentData:data,parentDataProperty:"batch",rootData}))){
vErrors = vErrors === null ? validate29.errors : vErrors.concat(validate29.errors);
errors = vErrors.length;
}
}
if(data.getsReference !== undefined){
let data11 = data.getsReference;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
const err10 = {instancePath:instancePath+"/getsReference",schemaPath:"#/definitions/position/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema14.type,parentSchema:schema14,data:data11};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 32 || isNaN(data11)){
const err11 = {instancePath:instancePath+"/getsReference",schemaPath:"#/definitions/position/maximum",keyword:"maximum",params:{comparison: "<=", limit: 32},message:"must be <= 32",schema:32,parentSchema:schema14,data:data11};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data11 < 1 || isNaN(data11)){
const err12 = {instancePath:instancePath+"/getsReference",schemaPath:"#/definitions/position/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema14,data:data11};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
if(data.putsReference !== undefined){
let data12 = data.putsReference;
if(!(((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12))) && (isFinite(data12)))){
const err13 = {instancePath:instancePath+"/putsReference",schemaPath:"#/definitions/position/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema14.type,parentSchema:schema14,data:data12};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 > 32 || isNaN(data12)){
const err14 = {instancePath:instancePath+"/putsReference",schemaPath:"#/definitions/position/maximum",keyword:"maximum",params:{comparison: "<=", limit: 32},message:"must be <= 32",schema:32,parentSchema:schema14,data:data12};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(data12 < 1 || isNaN(data12)){
const err15 = {instancePath:instancePath+"/putsReference",schemaPath:"#/definitions/position/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema14,data:data12};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
if(data.freezesReference !== undefined){
if(!(validate31(data.freezesReference, {instancePath:instancePath+"/freezesReference",parentData:data,parentDataProperty:"freezesReference",rootData}))){
vErrors = vErrors === null ? validate31.errors : vErrors.concat(validate31.errors);
errors = vErrors.length;
}
}
if(data.unfreezesReference !== undefined){
if(!(validate31(data.unfreezesReference, {instancePath:instancePath+"/unfreezesReference",parentData:data,parentDataProperty:"unfreezesReference",rootData}))){
vErrors = vErrors === null ? validate31.errors : vErrors.concat(validate31.errors);
errors = vErrors.length;
}
}
if(data.sleeps !== undefined){
let data15 = data.sleeps;
if(!(((data15 === true) || (data15 === false)) || (data15 === "gfp"))){
const err16 = {instancePath:instancePath+"/sleeps",schemaPath:"#/properties/sleeps/enum",keyword:"enum",params:{allowedValues: schema12.properties.sleeps.enum},message:"must be equal to one of the allowed values",schema:schema12.properties.sleeps.enum,parentSchema:schema12.properties.sleeps,data:data15};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
else {
const err17 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.type,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
validate11.errors = vErrors;
return errors === 0;
}

const schema34 = {"type":"array","items":{"$ref":"#/definitions/identifier"}};

function validate35(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
let data0 = data[i0];
if(typeof data0 === "string"){
if(!pattern0.test(data0)){
const err0 = {instancePath:instancePath+"/" + i0,schemaPath:"#/definitions/identifier/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\"",schema:"^[A-Za-z_][A-Za-z0-9_]*$",parentSchema:schema13,data:data0};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath:instancePath+"/" + i0,schemaPath:"#/definitions/identifier/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.type,parentSchema:schema13,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema34.type,parentSchema:schema34,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate35.errors = vErrors;
return errors === 0;
}


function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((((key0 === "$schema") || (key0 === "functions")) || (key0 === "noreturn")) || (key0 === "iterators")) || (key0 === "attributes")) || (key0 === "attributesWithArguments"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.$schema !== undefined){
let data0 = data.$schema;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/$schema",schemaPath:"#/properties/%24schema/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.$schema.type,parentSchema:schema11.properties.$schema,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.functions !== undefined){
let data1 = data.functions;
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
for(const key1 in data1){
if(!(validate11(data1[key1], {instancePath:instancePath+"/functions/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data1,parentDataProperty:key1,rootData}))){
vErrors = vErrors === null ? validate11.errors : vErrors.concat(validate11.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath:instancePath+"/functions",schemaPath:"#/properties/functions/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.functions.type,parentSchema:schema11.properties.functions,data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.noreturn !== undefined){
if(!(validate35(data.noreturn, {instancePath:instancePath+"/noreturn",parentData:data,parentDataProperty:"noreturn",rootData}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
}
if(data.iterators !== undefined){
if(!(validate35(data.iterators, {instancePath:instancePath+"/iterators",parentData:data,parentDataProperty:"iterators",rootData}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
}
if(data.attributes !== undefined){
if(!(validate35(data.attributes, {instancePath:instancePath+"/attributes",parentData:data,parentDataProperty:"attributes",rootData}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
}
if(data.attributesWithArguments !== undefined){
if(!(validate35(data.attributesWithArguments, {instancePath:instancePath+"/attributesWithArguments",parentData:data,parentDataProperty:"attributesWithArguments",rootData}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.type,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate10.errors = vErrors;
return errors === 0;
}

export const validate: Validate = validate10;
