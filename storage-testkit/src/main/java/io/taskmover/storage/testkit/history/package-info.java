/**
 * Finds anomalies in what concurrent transactions saw, as Elle does: Kingsbury and Alvaro, <i>Elle: Inferring Isolation
 * Anomalies from Experimental Observations</i> (VLDB 2020).
 *
 * <p>{@link io.taskmover.storage.testkit.history.HistoryRunner} lets threads append unique values to lists and read them;
 * {@link io.taskmover.storage.testkit.history.HistoryChecker} tells from the
 * {@link io.taskmover.storage.testkit.history.History} what was impossible at a level of isolation.
 *
 * <h2>What is inferred</h2>
 *
 * An append reads the whole list and writes it with one value more. So each version of a list is named by its last value,
 * and a list that somebody read tells the whole line of versions that led to it. Lines that part are two writes over one
 * version: a lost update. They are legal at READ_COMMITTED, and what hangs on them is still known for certain: who wrote a
 * version, who read it, and what was written over it. From that come three kinds of dependency between transactions:
 *
 * <ul>
 *   <li>ww: one wrote over a version that the other had written;
 *   <li>wr: one read a version that the other had written;
 *   <li>rw: one read a version over which the other wrote.
 * </ul>
 *
 * <h2>What is forbidden</h2>
 *
 * <table>
 *   <caption>The weakest level at which each is reported</caption>
 *   <tr><th>READ_COMMITTED</th><td>values read that were rolled back, replaced before their commit, never written, there
 *       twice or in two orders; own writes not seen; what was committed before the transaction began not seen; cycles of ww
 *       (G0) and of ww and wr (G1c). All of these hold with lost updates too: a version that was written over is older than
 *       what was written over it, even if others came between and are lost. Lost appends and all that needs rw are legal
 *   <tr><th>SNAPSHOT</th><td>besides, lost updates and lost appends; a list read twice in a transaction that is not the
 *       same; cycles without two rw in a row: with one (G-single), or with several (a long fork). After Cerone and
 *       Gotsman, <i>Analysing Snapshot Isolation</i> (JACM 2018), a history without them is one of snapshot isolation
 *   <tr><th>SERIALIZABLE</th><td>besides, every cycle (G2-item)
 * </table>
 */
@NullMarked
package io.taskmover.storage.testkit.history;

import org.jspecify.annotations.NullMarked;
