package io.slicewise.discovery;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The packages of core and what each may know: {@code docs/architecture.md} in force. */
class ArchitectureTest {

  private static final String ROOT = "io.slicewise.discovery";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("testkit"))
          .importPackages(ROOT);

  @Test
  void looksAtAllOfCore() {
    assertThat(CLASSES.size()).isGreaterThan(120);
    assertThat(CLASSES.stream().map(JavaClass::getPackageName))
        .contains(
            ROOT,
            ROOT + ".model",
            ROOT + ".source",
            ROOT + ".policy",
            ROOT + ".balance",
            ROOT + ".health",
            ROOT + ".kubernetes",
            ROOT + ".http",
            ROOT + ".internal");
    assertThat(CLASSES.contain(ServiceDiscovery.class)).isTrue();
    assertThat(CLASSES.contain(Harness.class)).isFalse();
  }

  @Test
  void modelKnowsNothingElse() {
    assertMayKnow("model", Set.of());
  }

  @Test
  void sourcePolicyAndBalanceKnowTheModel() {
    assertMayKnow("source", Set.of("model"));
    assertMayKnow("policy", Set.of("model"));
    assertMayKnow("balance", Set.of("model"));
  }

  @Test
  void kubernetesKnowsSourceAndModel() {
    assertMayKnow("kubernetes", Set.of("source", "model"));
  }

  @Test
  void healthKnowsWhatIsJudgedAndPicked() {
    assertMayKnow("health", Set.of("model", "policy", "balance"));
  }

  @Test
  void internalKnowsAllButKubernetesAndTheFacade() {
    assertMayKnow("internal", Set.of("model", "source", "policy", "balance", "health"));
  }

  @Test
  void httpStandsOnTheFacadeAndNothingOnHttp() {
    noClasses()
        .that(resideInAPackage(ROOT + ".http"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT + ".internal",
            ROOT + ".kubernetes",
            ROOT + ".source",
            ROOT + ".policy",
            ROOT + ".health")
        .check(CLASSES);
    noClasses()
        .that(resideInAPackage(ROOT + "..").and(resideInAPackage(ROOT + ".http").negate()))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".http")
        .check(CLASSES);
  }

  private static void assertMayKnow(String name, Set<String> allowed) {
    String own = ROOT + "." + name;
    Set<String> known = new TreeSet<>();
    int classes = 0;
    for (JavaClass each : CLASSES) {
      if (each.getPackageName().equals(own)) {
        classes++;
        each.getDirectDependenciesFromSelf().stream()
            .map(dependency -> dependency.getTargetClass().getBaseComponentType())
            .map(JavaClass::getPackageName)
            .filter(target -> target.startsWith(ROOT) && !target.equals(own))
            .forEach(known::add);
      }
    }
    assertThat(classes).as(own).isGreaterThan(2);
    List<String> expected = allowed.stream().map(each -> ROOT + "." + each).sorted().toList();
    assertThat(expected).as("what " + own + " may know").containsAll(known);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void noPublicSignatureNamesAnInternalType() {
    List<String> found = new ArrayList<>();
    int signatures = 0;
    for (JavaClass each : CLASSES) {
      if (each.getPackageName().equals(ROOT + ".internal") || !isPublic(each)) {
        continue;
      }
      for (JavaCodeUnit unit : each.getCodeUnits()) {
        if (isExported(unit.getModifiers())) {
          signatures++;
          Stream.concat(
                  unit.getRawParameterTypes().stream(),
                  Stream.concat(
                      Stream.of(unit.getRawReturnType()), unit.getAllInvolvedRawTypes().stream()))
              .filter(type -> type.getPackageName().equals(ROOT + ".internal"))
              .forEach(type -> found.add(unit.getFullName() + " names " + type.getName()));
        }
      }
      for (JavaField field : each.getFields()) {
        if (isExported(field.getModifiers())
            && field.getRawType().getPackageName().equals(ROOT + ".internal")) {
          found.add(field.getFullName());
        }
      }
    }
    assertThat(signatures).isGreaterThan(200);
    assertThat(found).isEmpty();
  }

  private static boolean isPublic(JavaClass type) {
    boolean outer = type.getEnclosingClass().map(ArchitectureTest::isPublic).orElse(true);
    return outer && isExported(type.getModifiers());
  }

  private static boolean isExported(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  @Test
  void onlyKubernetesKnowsTheWireAndHttpTheClient() {
    noClasses()
        .that(
            resideInAPackage(ROOT + "..").and(resideInAnyPackage(ROOT + ".kubernetes..").negate()))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.fasterxml.jackson..", "io.kubernetes..", "com.google.gson..")
        .check(CLASSES);
    noClasses()
        .that(
            resideInAPackage(ROOT + "..")
                .and(resideInAnyPackage(ROOT + ".kubernetes..", ROOT + ".http..").negate()))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("okhttp3..", "okio..")
        .check(CLASSES);
  }

  @Test
  void theDataPathUsesNoModelOfTheOfficialClient() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.kubernetes.client.openapi.models..", "io.kubernetes.client.informer..")
        .check(CLASSES);
  }

  @Test
  void nobodyPrintsOrSleepsOrUsesTheCommonPool() {
    noClasses().should().accessField(System.class, "out").check(CLASSES);
    noClasses().should().accessField(System.class, "err").check(CLASSES);
    noClasses().should().callMethod(Thread.class, "sleep", long.class).check(CLASSES);
    noClasses().should().callMethod(Thread.class, "sleep", long.class, int.class).check(CLASSES);
    noClasses().should().callMethod(ForkJoinPool.class, "commonPool").check(CLASSES);
    noClasses().should().callMethod(Throwable.class, "printStackTrace").check(CLASSES);
  }

  @Test
  void onlyTheFacadeAndTheSourceMakeThreadsAndReadTheSystemsClock() {
    noClasses()
        .that(
            resideInAnyPackage(
                ROOT + ".model",
                ROOT + ".source",
                ROOT + ".policy",
                ROOT + ".balance",
                ROOT + ".health",
                ROOT + ".internal"))
        .should()
        .callConstructor(Thread.class, Runnable.class)
        .orShould()
        .callConstructor(Thread.class, Runnable.class, String.class)
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .check(CLASSES);
  }

  @Test
  void everyPackageIsNullMarked() {
    List<String> unmarked = new ArrayList<>();
    Set<JavaPackage> packages = new TreeSet<>((a, b) -> a.getName().compareTo(b.getName()));
    CLASSES.forEach(each -> packages.add(each.getPackage()));
    for (JavaPackage each : packages) {
      if (!each.isAnnotatedWith(NullMarked.class)) {
        unmarked.add(each.getName());
      }
    }
    assertThat(packages).hasSizeGreaterThanOrEqualTo(7);
    assertThat(unmarked).isEmpty();
  }
}
