// How the processes over one file tell each other of what they committed.

export interface TopicBus {
  /** To every other process. */
  tell(topics: readonly string[]): void;
  listen(listener: (topics: readonly string[]) => void): void;
}
