package io.taskmover.storage.backend;

import java.time.Instant;

/**
 * Names a transaction over several stores, in each store that has prepared its part of it.
 *
 * @param globalId the same in all of the stores, and never given twice
 * @param decider the URL of the store that knows how the transaction was decided, to be opened from anywhere on this
 *     machine; without secrets
 * @param preparedAt by the clock of who began it
 */
public record PreparedTransaction(String globalId, String decider, Instant preparedAt) {}
