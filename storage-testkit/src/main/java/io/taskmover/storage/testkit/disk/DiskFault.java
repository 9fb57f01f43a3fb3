package io.taskmover.storage.testkit.disk;

import org.jspecify.annotations.Nullable;

/** Decides which calls of a {@link ModelDisk} fail, and how. */
@FunctionalInterface
public interface DiskFault {
    /** No call fails. */
    DiskFault NONE = (number, call, path) -> null;

    /**
     * Is asked before each call.
     *
     * @param number how many calls there were before on this disk
     * @param path of the file or directory; of an open file, that by which it was opened
     * @return null if the call shall succeed
     */
    @Nullable
    Failure on(long number, Call call, String path);

    /** What a disk is asked to do. */
    enum Call {
        /** To open a file that exists. */
        OPEN,
        /** To make a file or directory, or to give a file one more name. */
        CREATE,
        READ,
        WRITE,
        RESIZE,
        /** To make a file's content durable. */
        FORCE,
        /** To make a directory's names durable. */
        FORCE_DIRECTORY,
        RENAME,
        DELETE,
        /** To tell the names in a directory. */
        LIST,
        /** To tell whether there is a file, its size, its times. */
        STAT,
        /** To set times or permissions. */
        SET_ATTRIBUTES
    }

    /** How a call fails. */
    enum Failure {
        /** EIO. */
        INPUT_OUTPUT,
        /** ENOSPC. */
        NO_SPACE,
        /** Half of the bytes are written, at least one, and the call says so; calls that do not write fail by EIO. */
        SHORT_WRITE
    }
}
