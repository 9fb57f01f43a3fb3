/** The contenders: each does the same work in the way that its own manual shows, with the same durability. */
package io.taskmover.storage.benchmarks.peer;
