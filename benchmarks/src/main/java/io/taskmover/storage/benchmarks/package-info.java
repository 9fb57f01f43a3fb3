/** Measures this library beside its peers, on the same rows, in one run. */
package io.taskmover.storage.benchmarks;
