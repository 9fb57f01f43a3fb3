/**
 * Conditions, sorting and selections: the query tree, its text form (JDQL) and its evaluation over rows.
 */
@NullMarked
package io.taskmover.storage.query;

import org.jspecify.annotations.NullMarked;
