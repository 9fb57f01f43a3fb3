package io.taskmover.storage.mapping;

import org.jspecify.annotations.Nullable;

/** Something that was composed from method handles and runs as fast as code written by hand. */
interface Operation {
    @Nullable
    Object apply(@Nullable Object argument) throws Throwable;
}
