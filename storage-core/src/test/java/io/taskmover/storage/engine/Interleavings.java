package io.taskmover.storage.engine;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import io.taskmover.storage.schema.DataType;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;

/**
 * How far the tests with Lincheck go: so far that they find what was broken on purpose, in seconds. To look further, raise
 * the numbers. What they print is the shortest scenario that fails and, of chosen interleavings, each of its steps.
 */
public final class Interleavings {
    private static final int SCENARIOS = 10;
    private static final int RUNS = 500;
    /** Where there are fewer processors Lincheck lets threads wait without using one up. */
    private static final int THREADS = 3;

    private Interleavings() {}

    /** Interleavings chosen one by one, of threads that all see the same memory. Takes ten times as long as the others. */
    static ModelCheckingOptions chosen() {
        return new ModelCheckingOptions()
                .iterations(SCENARIOS)
                .invocationsPerIteration(RUNS)
                .loopBound(1_000) // a longer loop is taken for one without an end
                // what never changes once it is made: between such steps nobody needs a turn
                .addGuarantee(forClasses(Interleavings::isOfKeys).allMethods().ignore())
                .addGuarantee(forClasses(name -> name.endsWith("LincheckTest"))
                        .methods("filled")
                        .ignore())
                .addGuarantee(forClasses(TreeNode.class.getName())
                        .methods("search", "countBefore", "childFor", "width")
                        .ignore())
                .threads(THREADS)
                .actorsBefore(0)
                .actorsPerThread(2)
                .actorsAfter(0);
    }

    private static boolean isOfKeys(String className) {
        return className.startsWith(KeyOrder.class.getName())
                || className.startsWith(Cut.class.getName())
                || className.startsWith(DataType.class.getName());
    }

    /** Interleavings as they come, on the memory that the machine has. */
    public static StressOptions random() {
        return new StressOptions()
                .iterations(SCENARIOS)
                .invocationsPerIteration(RUNS)
                .threads(THREADS)
                .actorsBefore(1)
                .actorsPerThread(2)
                .actorsAfter(1);
    }
}
