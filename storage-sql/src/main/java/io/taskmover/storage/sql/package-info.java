/**
 * Relational databases as backends. {@code Sql…} classes and the query planner are the same for every database;
 * {@code Sqlite…} ones hold what is SQLite's own.
 */
@NullMarked
package io.taskmover.storage.sql;

import org.jspecify.annotations.NullMarked;
