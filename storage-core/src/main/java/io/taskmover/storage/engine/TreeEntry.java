package io.taskmover.storage.engine;

import org.jspecify.annotations.Nullable;

/** An entry to be added to an {@link OrderedTree}. */
record TreeEntry(@Nullable Object key, RowSlot slot) {}
