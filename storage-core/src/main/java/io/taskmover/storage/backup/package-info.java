/** Copies of whole tables between stores, and the content hashes that prove them. */
@NullMarked
package io.taskmover.storage.backup;

import org.jspecify.annotations.NullMarked;
