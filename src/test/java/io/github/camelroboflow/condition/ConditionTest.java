package io.github.camelroboflow.condition;

import static io.github.camelroboflow.condition.Results.classification;
import static io.github.camelroboflow.condition.Results.detection;
import static io.github.camelroboflow.condition.Results.detections;
import static io.github.camelroboflow.condition.Results.multiLabel;
import static io.github.camelroboflow.condition.Results.outlined;
import static io.github.camelroboflow.condition.Results.segmentation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.geometry.Rle;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionTest {

    /** The condition, the detections and the result. */
    @ParameterizedTest(name = "{0} of {1} is {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            person                              | person/0.5                                    | true
            person                              | car/0.5                                       | false
            person                              | ``                                            | false
            person >= 0.8                       | person/0.8                                    | true
            person >= 0.8                       | person/0.79; car/0.9                          | false
            person >= 0.8                       | person/0.1; person/0.9                        | true
            person > 0.8                        | person/0.8                                    | false
            person < 0.5                        | person/0.9; person/0.4                        | true
            person < 0.5                        | person/0.5                                    | false
            person <= 0.5                       | person/0.5                                    | true
            person = 0.5                        | person/0.5                                    | true
            person = 0.5                        | person/0.51                                   | false
            person != 0.5                       | person/0.5; person/0.6                        | true
            person != 0.5                       | person/0.5                                    | false
            person >= 80%                       | person/0.8                                    | true
            person >= 80%                       | person/0.79                                   | false
            person >= 99.5%                     | person/0.995                                  | true
            person > .5                         | person/0.6                                    | true
            person >= 1                         | person/1                                      | true
            person>=0.8                         | person/0.8                                    | true
            count(person) > 3                   | person/0.5; person/0.5; person/0.5; car/0.9   | false
            count(person) > 3                   | person/.5; person/.5; person/.5; person/.5    | true
            count(person) = 0                   | car/0.5                                       | true
            count(person) != 0                  | car/0.5                                       | false
            count(person) < 2                   | person/0.5                                    | true
            count(person or car) = 2            | person/0.5; car/0.5                           | true
            count((person or car)) = 2          | person/0.5; car/0.5                           | true
            count(person >= 0.6) > 1            | person/0.6; person/0.5                        | false
            count(person >= 0.6) > 1            | person/0.6; person/0.7                        | true
            count((person or car) >= 60%) = 2   | person/0.6; car/0.7; car/0.5                  | true
            count(*) >= 2                       | person/0.6; car/0.7                           | true
            person and not helmet               | person/0.5                                    | true
            person and not helmet               | person/0.5; helmet/0.5                        | false
            person and helmet and car           | person/0.5; helmet/0.5; car/0.5               | true
            person and helmet and car           | person/0.5; helmet/0.5                        | false
            car or truck or bus                 | bus/0.5                                       | true
            car or truck or bus                 | person/0.5                                    | false
            (car or truck) and not plate        | truck/0.5                                     | true
            (car or truck) and not plate        | truck/0.5; plate/0.5                          | false
            not person                          | car/0.5                                       | true
            not person                          | person/0.5                                    | false
            not (person or car)                 | car/0.5                                       | false
            not person >= 0.8                   | person/0.7                                    | true
            car or truck and plate              | car/0.5                                       | true
            (car or truck) and plate            | car/0.5                                       | false
            not car and person                  | person/0.5                                    | true
            ((person))                          | person/0.5                                    | true
            (car or truck) >= 0.8               | truck/0.8                                     | true
            (car or truck) >= 0.8               | truck/0.7; person/0.9                         | false
            (car) >= 0.8                        | car/0.8                                       | true
            (car or truck)                      | truck/0.7                                     | true
            (car or none)                       | ``                                            | true
            traffic light                       | traffic light/0.5                             | true
            traffic light                       | traffic/0.5; light/0.5                        | false
            traffic   light >= 0.5              | traffic light/0.5                             | true
            traffic light and person            | traffic light/0.5; person/0.5                 | true
            'traffic light'                     | traffic light/0.5                             | true
            " traffic light "                   | traffic light/0.5                             | true
            "traffic  light"                    | traffic light/0.5                             | false
            "none of these"                     | none of these/0.5                             | true
            "none"                              | none/0.5                                      | true
            'and' and "Near"                    | and/0.5; Near/0.5                             | true
            "it's"                              | it's/0.5                                      | true
            "a: b"                              | a: b/0.5                                      | true
            "a:b" or c                          | a:b/0.5                                       | true
            7 up                                | 7 up/0.5                                      | true
            5 >= 0.5                            | 5/0.5                                         | true
            Person                              | person/0.5                                    | false
            person                              | ` person `/0.5                                | false
            defect-*                            | defect-scratch/0.5                            | true
            defect-*                            | defect-/0.5                                   | true
            defect-*                            | defect/0.5                                    | false
            *-scratch                           | defect-scratch/0.5                            | true
            *-scratch                           | defect-scratch-2/0.5                          | false
            d*-*h                               | defect-scratch/0.5                            | true
            ab*ba                               | aba/0.5                                       | false
            a*b*b                               | ab/0.5                                        | false
            traffic *                           | traffic light/0.5                             | true
            "defect-*"                          | defect-scratch/0.5                            | false
            "defect-*"                          | defect-*/0.5                                  | true
            *                                   | anything/0.5                                  | true
            *                                   | ``                                            | false
            * >= 0.8                            | anything/0.5                                  | false
            not *                               | ``                                            | true
            "*"                                 | anything/0.5                                  | false
            none                                | ``                                            | true
            none                                | person/0.5                                    | false
            not none                            | person/0.5                                    | true
            NONE or Person AND NOT car          | Person/0.5                                    | true
            COUNT(person) > 0                   | person/0.5                                    | true
            """)
    void answersByClassesAndConfidences(String condition, String result, boolean expected) {
        assertThat(Condition.parse(condition).test(detections(result))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} of {1} is {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            person without helmet                  | person/0.9@0,0,20,50; helmet/0.9@5,0,15,10                            | false
            person without helmet                  | person/0.9@0,0,20,50; helmet/0.9@60,0,70,10                           | true
            person without helmet                  | person/0.9@0,0,20,50                                                  | true
            person without helmet                  | helmet/0.9@0,0,20,50                                                  | false
            person without helmet                  | person/0.9@0,0,20,50; helmet/0.9@10,-20,15,10                         | true
            person without helmet                  | person/0.9@0,0,20,50; helmet/0.9@5,-10,15,10                          | false
            person without helmet >= 0.8           | person/0.9@0,0,20,50; helmet/0.7@5,0,15,10                            | true
            person >= 0.95 without helmet          | person/0.9@0,0,20,50                                                  | false
            person without (helmet or cap)         | person/0.9@0,0,20,50; cap/0.7@5,0,15,10                               | false
            (person or worker) without helmet      | worker/0.9@0,0,20,50                                                  | true
            person without helmet                  | person/.9@0,0,20,50; helmet/.9@5,0,15,10; person/.9@50,0,70,50        | true
            count(person without helmet) >= 2      | person/.9@0,0,20,50; helmet/.9@5,0,15,10; person/.9@50,0,70,50        | false
            count(person without helmet) >= 2      | person/.9@0,0,20,50; person/.9@30,0,40,50; helmet/.9@80,80,90,90      | true
            count(person without helmet) = 0       | person/.9@0,0,20,50; helmet/.9@5,0,15,10                              | true
            person without person                  | person/.9@0,0,20,50                                                   | true
            person without person                  | person/.9@0,0,20,50; person/.9@0,0,20,50                              | false
            forklift near person                   | forklift/.9@0,0,40,40; person/.9@45,0,50,10                           | true
            forklift near person                   | forklift/.9@0,0,40,40; person/.9@45.1,0,50,10                         | false
            forklift near person                   | forklift/.9@0,0,40,40; person/.9@10,10,20,20                          | true
            person near forklift                   | forklift/.9@0,0,40,40; person/.9@45,0,50,10                           | true
            person near person                     | person/.9@0,0,20,50                                                   | false
            person near person                     | person/.9@0,0,20,50; person/.9@0,0,20,50                              | true
            count(person near person) = 2          | person/.9@0,0,20,50; person/.9@0,0,20,50; person/.9@90,90,99,99       | true
            bolt inside tray                       | bolt/.9@0,0,10,10; tray/.9@5,0,50,50                                  | true
            bolt inside tray                       | bolt/.9@0,0,10,10; tray/.9@5.1,0,50,50                                | false
            bolt inside tray                       | bolt/.9@5,5,5,5; tray/.9@0,0,50,50                                    | true
            bolt inside tray                       | bolt/.9@60,5,60,5; tray/.9@0,0,50,50                                  | false
            tray inside bolt                       | bolt/.9@0,0,10,10; tray/.9@5,0,50,50                                  | false
            car overlaps lane                      | car/.9@0,0,10,10; lane/.9@9,9,50,50                                   | true
            car overlaps lane                      | car/.9@0,0,10,10; lane/.9@10,0,50,50                                  | false
            * overlaps lane                        | car/.9@0,0,10,10; lane/.9@9,9,50,50                                   | true
            (a near b) and not (c near d)          | a/.9@0,0,9,9; b/.9@0,0,9,9; c/.9@0,0,9,9                              | true
            not a near b                           | a/.9@0,0,9,9; b/.9@0,0,9,9                                            | false
            """)
    void answersByPlaces(String condition, String result, boolean expected) {
        assertThat(Condition.parse(condition).test(detections(result))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"car inside lane, false", "car overlaps lane, false", "car inside box, true", "car overlaps box, true",
            "car near lane, true", "count(lane without car) = 0, true", "box overlaps lane, true"})
    void masksDecideInsideAndOverlapsWhereBothHaveThem(String condition, boolean expected) {
        Point[] upperTriangle = {new Point(0, 0), new Point(30, 0), new Point(0, 30)};
        Point[] lowerTriangle = {new Point(39, 39), new Point(39, 15), new Point(15, 39)};
        Detections scene = Results.of(outlined("car/0.9@0,0,40,40", upperTriangle), outlined("lane/0.9@0,0,40,40", lowerTriangle),
                detection("box/0.9@0,0,40,40"));
        assertThat(Condition.parse(condition).test(scene)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"spot inside stain, true", "stain inside spot, false", "spot overlaps stain, true", "crumb inside stain, false",
            "crumb overlaps stain, false", "empty overlaps stain, false", "empty inside stain, true"})
    void masksMayBeRunLengths(String condition, boolean expected) {
        Detections scene = Results.of(masked("stain", 0, 50), masked("spot", 20, 10), masked("crumb", 60, 5),
                masked("empty", 0, 0));
        assertThat(Condition.parse(condition).test(scene)).isEqualTo(expected);
    }

    private static Detection masked(String name, int from, int pixels) {
        Detection box = detection(name + "/0.9@0,0,10,10");
        return new Detection(box.x(), box.y(), box.width(), box.height(), 0.9, name, 0, "", List.of(),
                Rle.ofRuns(10, 10, List.of(from, pixels, 100 - from - pixels)), List.of());
    }

    @Test
    void manyMasksAreTestedAtOnce() {
        Detection[] detections = IntStream.range(0, 300).mapToObj(i -> {
            Detection box = detection("a/0.9@0,0,10,10");
            List<Integer> runs = List.of(i * 1000, 500, 1920 * 1080 - i * 1000 - 500);
            return new Detection(box.x(), box.y(), 10, 10, 0.9, "a", 0, "", List.of(), Rle.ofRuns(1920, 1080, runs), List.of());
        }).toArray(Detection[]::new);
        assertThat(Condition.parse("a overlaps a").test(Results.of(detections))).isFalse();
    }

    @Test
    void damagedMaskIsNamed() {
        Detection box = detection("a/0.9");
        Detection damaged = new Detection(5, 5, 10, 10, 0.9, "a", 0, "", List.of(), new Rle(10, 10, "1"), List.of());
        assertThat(Condition.parse("a without a").test(Results.of(box, damaged))).isFalse();
        Condition overlaps = Condition.parse("a overlaps a");
        assertThatThrownBy(() -> overlaps.test(Results.of(damaged, damaged))).isInstanceOf(ConditionException.class)
                .hasMessageContaining("'a overlaps a' can't be tested: the RLE mask");
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"coverage(rust) > 5%, true", "coverage(rust) > 0.06, false", "coverage(rust) = 6%, true",
            "coverage(rust or dent) = 0.1, true", "coverage(*) = 10%, true", "coverage(\"*\") = 0, true",
            "coverage(hole) = 0, true", "coverage(rust) > 0.5%, true", "rust and not hole, true",
            "coverage(background) > 0, false"})
    void coverageOfSegmentedImages(String condition, boolean expected) {
        assertThat(Condition.parse(condition).test(segmentation(6, 4))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"coverage(rust) >= 14%, true", "coverage(rust) > 14%, false", "coverage(rust or dent) = 16%, true",
            "coverage(hole) > 0, false"})
    void coverageOfBoxes(String condition, boolean expected) {
        Detections scene = detections("rust/0.9@0,0,20,50; rust/0.5@0,0,30,40; dent/0.5@90,80,100,100");
        assertThat(Condition.parse(condition).test(scene)).isEqualTo(expected);
    }

    @Test
    void coverageNeedsTheSizeOfTheImage() {
        Inference scene = new Detections(InferenceInfo.of("", 0, ImageSize.UNKNOWN), List.of(detection("rust/0.9")));
        assertThatThrownBy(() -> Condition.parse("coverage(rust) > 5%").test(scene)).isInstanceOf(ConditionException.class)
                .hasMessageContaining("'coverage(rust) > 5%' can't be tested: coverage needs the size of the image");
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"cat, true", "cat >= 0.8, false", "dog, true", "bird, false", "count(*) = 2, true", "none, false", "*, true"})
    void classificationsAnswerByNames(String condition, boolean expected) {
        assertThat(Condition.parse(condition).test(classification("cat/0.7; dog/0.4"))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"cat, true", "dog, false", "count(*) = 1, true", "none, false"})
    void multiLabelClassificationsAnswerByTheClassesThatApply(String condition, boolean expected) {
        assertThat(Condition.parse(condition).test(multiLabel("cat/0.7; dog/0.2", "cat"))).isEqualTo(expected);
    }

    @Test
    void backgroundIsNeitherAnythingNorSomething() {
        assertThat(Condition.parse("none").test(segmentation(0, 0))).isTrue();
        assertThat(Condition.parse("*").test(segmentation(0, 0))).isFalse();
        assertThat(Condition.parse("none").test(classification("background/0.9"))).isTrue();
        assertThat(Condition.parse("*").test(classification("Background/0.9"))).isFalse();
        assertThat(Condition.parse("background > 0.8").test(classification("background/0.9"))).isTrue();
        assertThat(Condition.parse("*").test(classification("background/0.9; cat/0.4"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"person near car", "cat or person without helmet", "count(a inside b) > 1", "a overlaps b"})
    void relationsNeedBoxes(String condition) {
        Condition relation = Condition.parse(condition);
        assertThatThrownBy(() -> relation.test(classification("cat/0.9"))).isInstanceOf(ConditionException.class)
                .hasMessage("The condition '" + condition + "' relates boxes, but this result is a classification and has none:"
                        + " ask for class names and count(…), or use a model that detects objects");
        assertThatThrownBy(() -> relation.test(multiLabel("cat/0.9", "cat")))
                .hasMessageContaining("this result is a multi-label classification");
        assertThatThrownBy(() -> relation.test(segmentation(1, 1))).hasMessageContaining("this result is a semantic segmentation");
    }

    @Test
    void coverageNeedsPlaces() {
        assertThatThrownBy(() -> Condition.parse("cat or coverage(cat) > 5%").test(classification("cat/0.9")))
                .isInstanceOf(ConditionException.class)
                .hasMessageContaining("asks for coverage, but this result is a classification and has no locations");
    }

    @ParameterizedTest(name = "{0} names {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            before: person                 | before
            `  before:  person`            | before
            global:gate: person            | global:gate
            none: person                   | none
            person                         | -
            "before: person" or person     | -
            person or "before: x"          | -
            """)
    void nameOfVariableEndsAtTheFirstColonAndSpace(String text, String variable) {
        Condition condition = Condition.parse(text);
        assertThat(condition.variable().orElse(null)).isEqualTo(variable);
        assertThat(condition.test(detections("person/0.9; before: person/0.9"))).isTrue();
        assertThat(condition).hasToString(text);
    }

    @Test
    void tellsWhatAModelCanNotAnswer() {
        Condition condition = Condition.parse("persn >= 0.2 and (car or defect-*) >= 0.4"
                + " and count(persn near \"truck *\" < 10%) > 3 or coverage(lane or *) > 1% and 'car' >= 20%");
        assertThat(condition.unknownClasses(List.of("person", "car", "truck", "defect-a")))
                .containsExactly("persn", "truck *", "lane");
        assertThat(condition.unknownClasses(List.of("persn", "car", "truck *", "defect-a", "lane"))).isEmpty();
        assertThat(condition.thresholdsBelow(0.4)).containsExactly(0.2, 0.1);
        assertThat(condition.thresholdsBelow(0.1)).isEmpty();
    }

    @Test
    void longConditionsNeedNoStack() {
        String names = IntStream.range(0, 20_000).mapToObj(i -> "class " + i).collect(Collectors.joining(" or "));
        assertThat(Condition.parse(names).test(detections("class 19999/0.5"))).isTrue();
        assertThat(Condition.parse("(" + names + ") > 0.4").test(detections("class 19999/0.5"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"bolt, CLASSIFICATION, true", "count(a or b) > 1, MULTI_LABEL_CLASSIFICATION, true",
            "a without b, CLASSIFICATION, false", "not count(a near b) = 1, MULTI_LABEL_CLASSIFICATION, false",
            "a inside b, SEMANTIC_SEGMENTATION, false", "coverage(a) > 5%, SEMANTIC_SEGMENTATION, true",
            "c or coverage(a) > 5%, CLASSIFICATION, false", "a overlaps b, KEYPOINT_DETECTION, true",
            "coverage(a) > 5%, OBJECT_DETECTION, true", "a near b, INSTANCE_SEGMENTATION, true"})
    void tellsBeforehandWhichTasksCanAnswerIt(String condition, Task task, boolean answerable) {
        assertThat(Condition.parse(condition).canBeAnsweredBy(task)).isEqualTo(answerable);
    }

    @Test
    void relationsOfOrientedBoxesUseTheirCorners() {
        Detection ship = Results.oriented("ship/0.9@0,0,100,100", new Point(0, 10), new Point(10, 0), new Point(100, 90),
                new Point(90, 100));
        Detection corner = Results.oriented("boat/0.9@80,0,100,20", new Point(80, 0), new Point(100, 0), new Point(100, 20),
                new Point(80, 20));
        Detection middle = Results.oriented("boat/0.9@40,40,60,60", new Point(50, 40), new Point(60, 50), new Point(50, 60),
                new Point(40, 50));

        assertThat(holds("boat overlaps ship", ship, corner)).isFalse();
        assertThat(holds("boat overlaps ship", ship, middle)).isTrue();
        assertThat(holds("boat inside ship", ship, corner)).isFalse();
        assertThat(holds("boat inside ship", ship, middle)).isTrue();
        assertThat(holds("ship without boat", ship, corner)).isTrue();
        assertThat(holds("ship without boat", ship, middle)).isFalse();
        assertThat(holds("boat near ship", ship, corner)).isFalse();
        assertThat(holds("boat near ship", ship, middle)).isTrue();
        assertThat(holds("coverage(ship) > 20%", ship)).isFalse();
        assertThat(holds("coverage(ship) > 17%", ship)).isTrue();
    }

    private static boolean holds(String condition, Detection... detections) {
        return Condition.parse(condition).test(Results.of(detections));
    }
}
