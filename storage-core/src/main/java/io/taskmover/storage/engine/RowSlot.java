package io.taskmover.storage.engine;

import org.jspecify.annotations.Nullable;

/** The place of one primary key in a table: its versions. Written under the commit lock only, read by anyone. */
final class RowSlot extends KeyTable.Element {
    final Object id;
    private volatile Version newest;
    /** Where the cache has this slot; guarded by the {@link RowCache}, which says what the numbers mean. */
    int place = RowCache.NOWHERE;

    RowSlot(Object id, Version first) {
        this.id = id;
        this.newest = first;
    }

    @Override
    Object key() {
        return id;
    }

    /** The version of the latest commit, visible yet or not. */
    Version newest() {
        return newest;
    }

    /** The version that a snapshot sees; null if the row is younger. */
    @Nullable
    Version versionAt(long sequence) {
        Version version = newest;
        while (version != null && version.sequence > sequence) {
            version = version.older;
        }
        return version;
    }

    void push(Version version) {
        version.older = newest;
        newest = version;
    }

    /** Takes a version that no snapshot needs, and that is not the newest, out of the chain. */
    void unlink(Version gone) {
        Version before = newest;
        for (Version v = before.older; v != null; v = v.older) {
            if (v == gone) {
                before.older = gone.older;
                return;
            }
            before = v;
        }
    }

    /** Whether the row is deleted and nobody can see what it was. */
    boolean isDead() {
        Version last = newest;
        return last.deleted() && last.older == null;
    }
}
