package io.taskmover.storage.engine;

/** Where an engine's commits go to become durable. */
public interface CommitLog extends AutoCloseable {

    /**
     * Takes the next commit. Called in the order of sequences by one thread at a time, under the engine's commit lock:
     * waits for the disk only, and not long, where it needs space for the commit and has none ready.
     *
     * @throws io.taskmover.storage.error.StorageException if the commit cannot be taken; it did not happen then
     */
    Ticket append(CommitRecord record);

    /** Waits while too much is on its way to where it stays; not for ever. */
    default void awaitRoom() {}

    /** A commit on its way to the disk. */
    interface Ticket {
        /**
         * Returns when the commit, and with it every earlier one, is durable.
         *
         * @throws io.taskmover.storage.error.StorageException if it cannot become so; no later commit can either
         */
        void await();
    }

    /** Makes everything durable and ends. */
    @Override
    void close();

    /** A log that keeps nothing: for stores that live in memory only. */
    CommitLog NONE = new CommitLog() {
        private final Ticket done = () -> {};

        @Override
        public Ticket append(CommitRecord record) {
            return done;
        }

        @Override
        public void close() {}
    };
}
