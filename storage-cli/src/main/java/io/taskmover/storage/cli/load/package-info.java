/** The import: a first pass that checks everything and finds a schema, then the load. */
@NullMarked
package io.taskmover.storage.cli.load;

import org.jspecify.annotations.NullMarked;
