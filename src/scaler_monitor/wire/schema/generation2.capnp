# What schedulers of releases 2.7.0 to 2.9.0 send to their monitors, and only that.
# Members of Message that never reach a monitor are kept as Reserved, so that the union's numbers hold.
# A field with $since is not in all of these releases: one that lacks it has smaller structs, and readers look
# at the size of a struct, not at defaults. All that a release brought needs the same $since.

@0xdd0c6a4bf6d2a1e7;

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
}

enum WorkerState {
  connected @0;
  disconnected @1;
}

enum ObjectContentType {
  serializer @0;
  object @1;
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
    resource @2 :Resource $since("2.9");
    latencyMicroseconds @3 :UInt32 $since("2.9");
    lastSeenSeconds @4 :UInt16 $since("2.9");
    connectedSeconds @5 :UInt32 $since("2.9");
    hostname @6 :Text $since("2.9");
  }
}

struct ObjectManagerStatus {
  numberOfObjects @0 :UInt32;
  storage @1 :ObjectStorageStatus $since("2.9");

  struct ObjectStorageStatus {
    objectCount @0 :UInt64;
    uniqueCount @1 :UInt64;
    totalBytes @2 :UInt64;
    pendingRequests @3 :UInt64;
    pendingObjects @4 :UInt64;
    oldestPendingSeconds @5 :UInt64;
  }
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
  currentTaskId @5 :Data $since("2.9");
  taskAgeSeconds @6 :UInt32 $since("2.9");
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
  lastSeenSeconds @8 :UInt16;
  itl @9 :Text;
  processorStatuses @10 :List(ProcessorStatus);
  memLimit @11 :UInt64;
  hostname @12 :Text $since("2.9");
  netSentBytes @13 :UInt64 $since("2.9");
  netRecvBytes @14 :UInt64 $since("2.9");
}

struct WorkerManagerStatus {
  workers @0 :List(WorkerStatus);
}

struct ScalingManagerStatus {
  managedWorkers @0 :List(Pair);
  workerManagerDetails @1 :List(WorkerManagerDetail);

  struct Pair {
    workerManagerID @0 :Data;
    workerIDs @1 :List(Data);
  }

  struct WorkerManagerDetail {
    workerManagerID @0 :Data;
    identity @1 :Text;
    lastSeenSeconds @2 :UInt16;
    maxTaskConcurrency @3 :UInt32;
    capabilities @4 :Text;
    pendingWorkers @5 :UInt32;
  }
}

struct StateClient {
}

struct StateObject {
  objects @0 :List(ObjectDetail) $since("2.9");
  totalObjects @1 :UInt32 $since("2.9");

  struct ObjectDetail {
    objectId @0 :Data;
    name @1 :Data;
    objectType @2 :ObjectContentType;
    size @3 :UInt64;
    creator @4 :Data;
    taskCount @5 :UInt32;
  }
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
  objectBytes @6 :UInt64 $since("2.9");
  client @7 :Data $since("2.9");
  event @8 :Text $since("2.9");
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
    stateClient @11 :StateClient;
    stateObject @12 :StateObject;
    stateBalanceAdvice @13 :StateBalanceAdvice;
    stateScheduler @14 :StateScheduler;
    stateWorker @15 :StateWorker;
    stateTask @16 :StateTask;
    stateGraphTask @17 :StateGraphTask;
  }
}
