# Each target is one call of Maven, or of the same for each of some versions; `make` alone lists them.
.PHONY: help build test verify crash history servers mutants bench bench-file fmt

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 12

build: ## compile and package, no tests, no checks
	mvn -q -Dquick -DskipTests package

test: ## run the tests, without the checks
	mvn -Dquick test

verify: ## everything that CI holds the code to
	mvn verify

crash: ## cut the power everywhere, fail every call, flip every bit, kill processes (the short form is in verify)
	mvn -q -Dquick -Dcrash -DargLine=-XX:TieredStopAtLevel=1 -pl storage-testkit -am test -Dtest='PowerCutTest,FaultTest,DamageTest,FileOperationsPowerCutTest,FileOperationsFaultTest,MigrationPowerCutTest,AlterationPowerCutTest,BackupPowerCutTest,StoreBackupTest,FileCacheCrashTest,FileCacheFaultTest' -Dsurefire.failIfNoSpecifiedTests=false
	mvn -q -Dquick -Dstorage.crash.kills=150 -Dstorage.crash.globalKills=110 -Dstorage.crash.cacheKills=100 -pl storage-core test -Dtest='KilledProcessTest,KilledFileOperationsTest,KilledGlobalTransactionTest,KilledFileCacheTest'
	mvn -q -Dquick -Dstorage.crash.sqliteKills=200 -pl storage-sql -am test -Dtest='KilledSqliteTest,SqlitePowerCuts' -Dsurefire.failIfNoSpecifiedTests=false
	mvn -q -Dquick -Dstorage.crash.serverKills=60 -pl storage-sql -am test -Dtest='KilledServerTransactionTest,PostgresKilledServerTest,MariadbKilledServerTest' -Dsurefire.failIfNoSpecifiedTests=false
	mvn -q -Dquick -Dstorage.crash.migrationKills=100 -Dstorage.crash.migrationEvery=1 -Dstorage.migration.rows=1000000 -pl storage-sql -am test -Dtest='KilledMigrationTest,LargeMigrationTest,SqliteFileContractTest#whatAProcess*' -Dsurefire.failIfNoSpecifiedTests=false
	mvn -q -Dquick -Dstorage.crash.restoreKills=50 -pl storage-sql -am test -Dtest='KilledRestoreTest' -Dsurefire.failIfNoSpecifiedTests=false

history: ## run 100,000 random transactions on each backend at each isolation level, and look for anomalies in what they saw
	mvn -q -Dquick -Dstorage.history.transactions=100000 -pl storage-testkit,storage-sql -am test -Dtest='*Test#concurrentTransactionsSeeNothingThatTheirLevelForbids' -Dsurefire.failIfNoSpecifiedTests=false

servers: ## run the tests of PostgreSQL on each version before the one that verify has
	for version in 14.20.0 15.15.0 16.11.0 17.7.0; do \
		mvn -q -Dquick -Dembedded-postgres-binaries.version=$$version -pl storage-sql -am test -Dtest='Postgres*Test' -Dsurefire.failIfNoSpecifiedTests=false || exit 1; \
	done

mutants: ## put one known bug after the other into the library, and see the tests find it; ARGS="name ..." for some
	mvn -q -Dquick -pl storage-core,storage-testkit,storage-sql test-compile dependency:build-classpath -Dmdep.outputFile=target/mutants.classpath
	java .ci/Mutants.java run $(ARGS)

bench: ## measure against the peers; ARGS="..." is passed on
	mvn -q -Dquick -Dmaven.test.skip -Pbench -pl benchmarks -am verify -Dbench.args="$(ARGS)"

bench-file: ## measure the file backend alone; ARGS as above
	$(MAKE) bench ARGS="only=FILE,LINES,NITRITE_MVSTORE,ROCKSDB,JACKSON_FILES,JACKSON_FILES_AT_ONCE rows=10000,171075,1000000 jmh=false $(ARGS)"

fmt: ## format the sources
	mvn -q -pl '!storage-bom' spotless:apply
