# What schedulers of releases 1.12.7 to 2.6.0 send to their monitors, and only that.
# Members of Message that never reach a monitor are kept as Reserved, so that the union's numbers hold.
# A field with $since is not in all of these releases: one that lacks it has smaller structs, and readers look
# at the size of a struct, not at defaults. All that a release brought needs the same $since.

@0xe1b7503d94c8f216;

annotation since(field) :Text;

enum TaskState {
  inactive @0;
  running @1;
  canceling @2;
  balanceCanceling @3;
  success @4;
  failed @5;
  failedWorkerDied @6;
  canceled @7;
  canceledNotFound @8;
  balanceCanceled @9;
  workerDisconnecting @10;
}

enum WorkerState {
  connected @0;
  disconnected @1;
}

struct TaskCapability {
  name @0 :Text;
  value @1 :Int64;  # -1: no quantity
}

struct Resource {
  cpu @0 :UInt16;  # tenths of a percent of one core
  rss @1 :UInt64;
}

struct BinderStatus {
  received @0 :List(Pair);
  sent @1 :List(Pair);

  struct Pair {
    client @0 :Text;  # the name of a message
    number @1 :UInt32;
  }
}

struct ClientManagerStatus {
  clients @0 :List(ClientStatus);

  struct ClientStatus {
    clientId @0 :Data;
    numTask @1 :UInt32;
  }
}

struct ObjectManagerStatus {
  numberOfObjects @0 :UInt32;
}

struct TaskManagerStatus {
  stateToCount @0 :List(Pair);

  struct Pair {
    state @0 :UInt8;
    count @1 :UInt32;
  }
}

struct ProcessorStatus {
  pid @0 :UInt32;
  initialized @1 :Bool;
  hasTask @2 :Bool;
  suspended @3 :Bool;
  resource @4 :Resource;
}

struct WorkerStatus {
  workerId @0 :Data;
  agent @1 :Resource;
  rssFree @2 :UInt64;
  free @3 :UInt32;
  sent @4 :UInt32;
  queued @5 :UInt32;
  suspended @6 :UInt8;
  lagMicroseconds @7 :UInt64;
  lastSeenSeconds @8 :UInt8;
  itl @9 :Text;
  processorStatuses @10 :List(ProcessorStatus);
}

struct WorkerManagerStatus {
  workers @0 :List(WorkerStatus);
}

struct ScalingManagerStatus {
  managedWorkers @0 :List(Pair);
  workerManagerDetails @1 :List(WorkerManagerDetail) $since("1.27");

  struct Pair {
    workerManagerID @0 :Data;
    workerIDs @1 :List(Data);
  }

  struct WorkerManagerDetail {
    workerManagerID @0 :Data;
    identity @1 :Text;
    lastSeenSeconds @2 :UInt8;
    maxTaskConcurrency @3 :UInt32;
    capabilities @4 :Text;
    pendingWorkers @5 :UInt32 $since("2.0.9");
  }
}

struct StateClient {
}

struct StateObject {
}

struct StateBalanceAdvice {
  workerId @0 :Data;
  taskIds @1 :List(Data);
}

struct StateScheduler {
  binder @0 :BinderStatus;
  scheduler @1 :Resource;
  rssFree @2 :UInt64;
  clientManager @3 :ClientManagerStatus;
  objectManager @4 :ObjectManagerStatus;
  taskManager @5 :TaskManagerStatus;
  workerManager @6 :WorkerManagerStatus;
  scalingManager @7 :ScalingManagerStatus;
}

struct StateWorker {
  workerId @0 :Data;
  state @1 :WorkerState;
  capabilities @2 :List(TaskCapability);
}

struct StateTask {
  taskId @0 :Data;
  functionName @1 :Data;
  state @2 :TaskState;
  worker @3 :Data;
  capabilities @4 :List(TaskCapability);
  metadata @5 :Data;
}

struct EarlyStateTask {  # 1.12.7: 4 pointers where StateTask has 5
  taskId @0 :Data;
  functionName @1 :Data;
  state @2 :TaskState;
  worker @3 :Data;
  metadata @4 :Data;
}

struct EarlyStateWorker {  # 1.12.7: no data word where StateWorker has 1
  workerId @0 :Data;
  message @1 :Data;
}

struct StateGraphTask {
  graphTaskId @0 :Data;
  taskId @1 :Data;
  nodeTaskType @2 :NodeTaskType;
  parentTaskIds @3 :List(Data);

  enum NodeTaskType {
    normal @0;
    target @1;
  }
}

struct Reserved {
}

struct Message {
  union {
    reserved0 @0 :Reserved;
    reserved1 @1 :Reserved;
    reserved2 @2 :Reserved;
    reserved3 @3 :Reserved;
    reserved4 @4 :Reserved;
    reserved5 @5 :Reserved;
    reserved6 @6 :Reserved;
    reserved7 @7 :Reserved;
    reserved8 @8 :Reserved;
    reserved9 @9 :Reserved;
    reserved10 @10 :Reserved;
    reserved11 @11 :Reserved;
    reserved12 @12 :Reserved;
    stateClient @13 :StateClient;
    stateObject @14 :StateObject;
    stateBalanceAdvice @15 :StateBalanceAdvice;
    stateScheduler @16 :StateScheduler;
    stateWorker @17 :StateWorker;
    stateTask @18 :StateTask;
    stateGraphTask @19 :StateGraphTask;
  }
}

struct EarlyMessage {  # the same union, read as 1.12.7 wrote it
  union {
    reserved0 @0 :Reserved;
    reserved1 @1 :Reserved;
    reserved2 @2 :Reserved;
    reserved3 @3 :Reserved;
    reserved4 @4 :Reserved;
    reserved5 @5 :Reserved;
    reserved6 @6 :Reserved;
    reserved7 @7 :Reserved;
    reserved8 @8 :Reserved;
    reserved9 @9 :Reserved;
    reserved10 @10 :Reserved;
    reserved11 @11 :Reserved;
    reserved12 @12 :Reserved;
    stateClient @13 :StateClient;
    stateObject @14 :StateObject;
    stateBalanceAdvice @15 :StateBalanceAdvice;
    stateScheduler @16 :StateScheduler;
    stateWorker @17 :EarlyStateWorker;
    stateTask @18 :EarlyStateTask;
    stateGraphTask @19 :StateGraphTask;
  }
}
