package io.taskmover.storage.testkit;

/** Entities whose classes have changed since their data was written load under stated rules, the same on every backend. */
public interface EvolutionContract extends ConstantContract, RenamedPropertyContract, WidenedTypeContract {}
