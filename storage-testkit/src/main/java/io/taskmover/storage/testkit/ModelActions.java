package io.taskmover.storage.testkit;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.query.Condition.Operator;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Arbitrary steps, from few keys and values so that they meet each other. */
final class ModelActions {
    private static final Arbitrary<Long> IDS = Arbitraries.longs().between(0, 7);
    private static final Arbitrary<Long> NUMBERS = Arbitraries.longs().between(-2, 3);
    private static final Arbitrary<String> NAMES = Arbitraries.of("", "a", "A", "a ", "b", "😀", "\uFFFD", "é");

    private ModelActions() {}

    static Arbitrary<ModelAction> any(boolean reopening) {
        Arbitrary<Operator> operators = Arbitraries.of(Operator.class);
        Arbitrary<Long> cuts = Arbitraries.longs().between(0, 6);
        List<Tuple.Tuple2<Integer, Arbitrary<ModelAction>>> steps = new ArrayList<>();
        steps.add(step(
                10,
                Combinators.combine(Arbitraries.of(WriteMode.class), values()).as(ModelAction.Write::new)));
        steps.add(step(3, IDS.map(ModelAction.Delete::new)));
        steps.add(step(2, Combinators.combine(operators, NUMBERS, NUMBERS).as(ModelAction.UpdateWhere::new)));
        steps.add(step(1, Combinators.combine(operators, NUMBERS).as(ModelAction.DeleteWhere::new)));
        steps.add(step(
                3,
                Combinators.combine(operators, NUMBERS, Arbitraries.of(true, false), cuts, cuts.injectNull(0.3))
                        .as(ModelAction.SelectWhere::new)));
        steps.add(step(3, Arbitraries.just(new ModelAction.Begin())));
        steps.add(step(3, Arbitraries.just(new ModelAction.Save())));
        steps.add(step(2, Arbitraries.integers().between(0, 2).map(ModelAction.RollBackTo::new)));
        steps.add(step(1, Arbitraries.integers().between(0, 2).map(ModelAction.Release::new)));
        steps.add(step(3, Arbitraries.of(true, true, false).map(ModelAction.End::new)));
        if (reopening) {
            steps.add(step(1, Arbitraries.just(new ModelAction.Reopen())));
        }
        return Arbitraries.frequencyOf(steps);
    }

    private static Arbitrary<List<ModelAction.Value>> values() {
        return Combinators.combine(IDS, Arbitraries.of(true, false), NAMES.injectNull(0.3), NUMBERS.injectNull(0.2))
                .as(ModelAction.Value::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    private static Tuple.Tuple2<Integer, Arbitrary<ModelAction>> step(
            int weight, Arbitrary<? extends ModelAction> action) {
        return Tuple.of(weight, action.map(each -> (ModelAction) each));
    }
}
