package io.taskmover.storage.engine;

import org.jspecify.annotations.Nullable;

/**
 * An entry to be added to an {@link OrderedTree}.
 *
 * @param isNew whether the tree cannot have it yet, the slot having been made just now
 */
record TreeEntry(@Nullable Object key, RowSlot slot, boolean isNew) {}
