/** MVCC tables, indexes and the commit pipeline that the memory and the file backend share. Not exported. */
@NullMarked
package io.taskmover.storage.engine;

import org.jspecify.annotations.NullMarked;
