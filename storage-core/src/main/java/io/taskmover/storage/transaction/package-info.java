/** Transactions as users see them: bound to a thread, joined by repositories, with savepoints and callbacks. */
@NullMarked
package io.taskmover.storage.transaction;

import org.jspecify.annotations.NullMarked;
