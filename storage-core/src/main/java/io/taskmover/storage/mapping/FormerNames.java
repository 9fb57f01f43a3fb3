package io.taskmover.storage.mapping;

import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Conditions on places in JSON whose members have had other names. Of each member the first of its names counts that is not
 * null; so a condition {@code c} on a member {@code b} that was called {@code a} becomes
 * {@code (b is not null and c(b)) or (b is null and c(a))}, which is true, false and unknown where the condition on the one
 * value would be.
 */
final class FormerNames {
    private FormerNames() {}

    /**
     * Where a value may be.
     *
     * @param guards what is true of a row where it is here, and never unknown
     */
    private record Place(List<Condition> guards, Path path) {}

    /**
     * A condition on wherever the values are.
     *
     * @param atom a condition without others inside but of the same places
     * @param steps for the places in it whose members have had other names: the column, then for each member its names
     */
    static Condition everywhere(Condition atom, Map<Path, List<List<String>>> steps) {
        Map<Path, List<Place>> places = new LinkedHashMap<>();
        steps.forEach((path, names) -> places.put(path, places(names)));
        return expand(atom, List.copyOf(places.entrySet()), 0, List.of());
    }

    private static List<Place> places(List<List<String>> steps) {
        List<Place> places = List.of(new Place(List.of(), Path.of(steps.get(0).get(0))));
        for (List<String> names : steps.subList(1, steps.size())) {
            List<Place> below = new ArrayList<>();
            for (Place place : places) {
                List<Condition> guards = new ArrayList<>(place.guards());
                for (int i = 0; i < names.size(); i++) {
                    List<String> segments = new ArrayList<>(place.path().segments());
                    segments.add(names.get(i));
                    Path path = new Path(segments);
                    boolean last = i == names.size() - 1;
                    List<Condition> here = new ArrayList<>(guards);
                    if (!last) {
                        here.add(new Condition.IsNull(path).not());
                        guards.add(new Condition.IsNull(path));
                    }
                    below.add(new Place(here, path));
                }
            }
            places = below;
        }
        return places;
    }

    private static Condition expand(
            Condition atom, List<Map.Entry<Path, List<Place>>> places, int from, List<Condition> guards) {
        if (from == places.size()) {
            List<Condition> all = new ArrayList<>(guards);
            all.add(atom);
            return new Condition.And(all);
        }
        Path path = places.get(from).getKey();
        List<Condition> any = new ArrayList<>();
        for (Place place : places.get(from).getValue()) {
            List<Condition> more = new ArrayList<>(guards);
            more.addAll(place.guards());
            any.add(expand(replace(atom, path, place.path()), places, from + 1, more));
        }
        return new Condition.Or(any);
    }

    /** The paths that a condition without others inside is about. */
    static List<Path> paths(Condition atom) {
        List<Path> paths = new ArrayList<>();
        if (atom instanceof Condition.Comparison comparison) {
            collect(comparison.left(), paths);
            collect(comparison.right(), paths);
        } else if (atom instanceof Condition.Between between) {
            collect(between.operand(), paths);
            collect(between.low(), paths);
            collect(between.high(), paths);
        } else if (atom instanceof Condition.In in) {
            collect(in.operand(), paths);
            in.values().forEach(value -> collect(value, paths));
        } else if (atom instanceof Condition.Like like) {
            collect(like.operand(), paths);
            collect(like.pattern(), paths);
        } else if (atom instanceof Condition.IsNull isNull) {
            collect(isNull.operand(), paths);
        }
        return paths;
    }

    private static void collect(Expression expression, List<Path> into) {
        if (expression instanceof Path path) {
            into.add(path);
        } else if (expression instanceof Expression.Arithmetic arithmetic) {
            collect(arithmetic.left(), into);
            collect(arithmetic.right(), into);
        } else if (expression instanceof Expression.Negation negation) {
            collect(negation.operand(), into);
        } else if (expression instanceof Expression.Concatenation concatenation) {
            collect(concatenation.left(), into);
            collect(concatenation.right(), into);
        } else if (expression instanceof Expression.Call call) {
            call.arguments().forEach(argument -> collect(argument, into));
        }
    }

    private static Condition replace(Condition condition, Path from, Path to) {
        if (condition instanceof Condition.And and) {
            return new Condition.And(and.conditions().stream()
                    .map(each -> replace(each, from, to))
                    .toList());
        }
        if (condition instanceof Condition.Or or) {
            return new Condition.Or(or.conditions().stream()
                    .map(each -> replace(each, from, to))
                    .toList());
        }
        if (condition instanceof Condition.Not not) {
            return new Condition.Not(replace(not.condition(), from, to));
        }
        if (condition instanceof Condition.Comparison comparison) {
            return new Condition.Comparison(
                    comparison.operator(), replace(comparison.left(), from, to), replace(comparison.right(), from, to));
        }
        if (condition instanceof Condition.Between between) {
            return new Condition.Between(
                    replace(between.operand(), from, to),
                    replace(between.low(), from, to),
                    replace(between.high(), from, to));
        }
        if (condition instanceof Condition.In in) {
            return new Condition.In(
                    replace(in.operand(), from, to),
                    in.values().stream().map(value -> replace(value, from, to)).toList());
        }
        if (condition instanceof Condition.Like like) {
            return new Condition.Like(replace(like.operand(), from, to), replace(like.pattern(), from, to));
        }
        return new Condition.IsNull(replace(((Condition.IsNull) condition).operand(), from, to));
    }

    private static Expression replace(Expression expression, Path from, Path to) {
        if (expression instanceof Path path) {
            return path.equals(from) ? to : path;
        }
        if (expression instanceof Expression.Arithmetic arithmetic) {
            return new Expression.Arithmetic(
                    arithmetic.operator(), replace(arithmetic.left(), from, to), replace(arithmetic.right(), from, to));
        }
        if (expression instanceof Expression.Negation negation) {
            return new Expression.Negation(replace(negation.operand(), from, to));
        }
        if (expression instanceof Expression.Concatenation concatenation) {
            return new Expression.Concatenation(
                    replace(concatenation.left(), from, to), replace(concatenation.right(), from, to));
        }
        if (expression instanceof Expression.Call call) {
            return new Expression.Call(
                    call.function(),
                    call.arguments().stream()
                            .map(argument -> replace(argument, from, to))
                            .toList());
        }
        return expression;
    }
}
