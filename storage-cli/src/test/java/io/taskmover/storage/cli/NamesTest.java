package io.taskmover.storage.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Names say what a thing is for, in every module; it stands here because the command line sees them all. */
class NamesTest {
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.taskmover");

    @Test
    void noClassIsNamedAfterItsPlaceInAHierarchy() {
        noClasses()
                .should()
                .haveNameMatching(".*[.$](Abstract|Default)[A-Z]\\w*")
                .orShould()
                .haveNameMatching(".*(Util|Utils|Helper|Impl)")
                .check(ALL);
    }

    @Test
    void noPackageIsADrawerForTheRest() {
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..impl..")
                .check(ALL);
    }
}
