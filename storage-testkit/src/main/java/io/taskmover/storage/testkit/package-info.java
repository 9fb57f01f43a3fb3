/**
 * Contracts that every backend keeps, as tests to inherit. A backend's own test is one class:
 *
 * <pre>{@code
 * class MemoryBackendTest extends BackendContracts {
 *     protected String url(Path directory) {
 *         return "memory:";
 *     }
 * }
 * }</pre>
 *
 * <p>What differs between backends is declared in {@link io.taskmover.storage.backend.Capabilities}; where one lacks a
 * capability its contract is to refuse, and the refusal is tested. Nothing is skipped.
 */
@NullMarked
package io.taskmover.storage.testkit;

import org.jspecify.annotations.NullMarked;
