use accord_value::{Text, Value, json};

use super::Query;

fn documents() -> Vec<(String, Value)> {
    [
        ("a", r#"{"service": "service_a", "users": ["bob", "alice"], "n": 2, "on": true, "deep": {"x": [1, {"y": "z"}]}}"#),
        ("b", r#"{"service": "service_b", "users": ["alice", "mike"], "n": 10, "on": false}"#),
        ("c", r#"{"service": "Service_C", "users": [], "n": 1.5, "none": null}"#),
        ("d", r#"[1, "two", 3.0]"#),
    ]
    .map(|(path, text)| (path.to_owned(), json::parse(text).unwrap()))
    .into()
}

fn run(query: &str, parameters: &str) -> String {
    let parameters = json::parse(parameters).unwrap();
    let rows = Query::parse(query).and_then(|query| query.run("id", documents(), &parameters));
    match rows {
        Ok(rows) => {
            rows.iter().map(|row| json::to_text(row).unwrap().as_str().to_owned()).collect::<Vec<_>>().join(" ")
        }
        Err(problem) => format!("! {problem}"),
    }
}

#[test]
fn queries() {
    let data = "select item_path from json_store_data where ";
    let cases = [
        // The documentation's.
        ("select item_data->'service' from json_store_data where item_data @> ?::jsonb", "\"service_b\""),
        (
            "SELECT item_data->>'service' AS s, item_path FROM json_store_data d WHERE d.item_data @> ? ;",
            "{\"s\":\"service_b\",\"item_path\":\"b\"}",
        ),
        (
            "select * from json_store_data where item_path = 'd'",
            "{\"json_store_id\":\"id\",\"item_path\":\"d\",\"item_data\":[1,\"two\",3.0]}",
        ),
        ("select item_path from json_store_data order by item_path desc limit 2 offset 1", "\"c\" \"b\""),
        (
            "select item_path from json_store_data order by (item_data->>'n')::numeric, item_path",
            "\"c\" \"a\" \"b\" \"d\"",
        ),
        ("select item_path from json_store_data order by item_data->'n' desc nulls last limit 1", "\"b\""),
        ("select item_data->'users'->0 from json_store_data", "\"bob\" \"alice\" null null"),
        ("select item_data->'users'->-1 from json_store_data limit 1", "\"alice\""),
        ("select item_data #>> '{deep,x,1,y}' from json_store_data limit 1", "\"z\""),
        ("select item_data->'deep'->>'x' from json_store_data limit 1", "\"[1,{\\\"y\\\":\\\"z\\\"}]\""),
        (
            "select count(*), count(item_data->'n') as n, max(item_data->>'service') from json_store_data",
            "{\"count\":4,\"n\":3,\"max\":\"service_b\"}",
        ),
        ("select sum((item_data->>'n')::numeric) from json_store_data", "13.5"),
        ("select sum(item_data->'n') as total from json_store_data where false", "null"),
        ("select jsonb_agg(item_path) from json_store_data where item_path in ('a', 'c')", "[\"a\",\"c\"]"),
        ("select distinct jsonb_typeof(item_data) from json_store_data", "\"object\" \"array\""),
        (
            "select jsonb_build_object('p', item_path, 'l', jsonb_array_length(item_data->'users')) from json_store_data where item_path < 'c'",
            "{\"p\":\"a\",\"l\":2} {\"p\":\"b\",\"l\":2}",
        ),
        ("select coalesce(item_data->>'nope', upper(item_path) || '!') from json_store_data limit 1", "\"A!\""),
        ("select item_path -- a comment\n from json_store_data /* another */ limit 1", "\"a\""),
        ("select cast(item_data->'n' as text) from json_store_data limit 3", "\"2\" \"10\" \"1.5\""),
        ("select (item_data->'n')::int x from json_store_data limit 3", "2 10 2"),
    ];
    for (query, expected) in cases {
        assert_eq!(run(query, r#"{"users": ["mike"]}"#), expected, "{query}");
    }
    let filters = [
        ("item_data @> '{\"n\": 2.0}'", "a"),
        ("item_data @> '{\"users\": [\"alice\"]}'::jsonb", "a b"),
        ("item_data @> '{\"users\": []}'", "a b c"),
        ("item_data @> '{\"users\": \"alice\"}'", ""),
        (
            "item_data @> '\"two\"' or '{\"on\": false, \"n\": 10, \"service\": \"service_b\", \"users\": [\"mike\", \"alice\"], \"q\": 1}' @> item_data",
            "b d",
        ),
        ("item_data->'users' <@ '[\"bob\", \"alice\", \"x\"]'", "a c"),
        ("item_data->>'service' like 'service\\__'", "a b"),
        ("item_data->>'service' ilike 'SERVICE%c' and not item_data->>'service' like 's%'", "c"),
        ("item_data->>'n' = '10'", "b"),
        ("(item_data->>'n')::int >= 2", "a b c"),
        ("item_data->'n' > '1.5'", "a b"),
        ("item_data->'service' = '\"service_a\"'", "a"),
        ("item_data->'none' is null", "a b d"),
        ("item_data->>'none' is null and item_data->'n' is not null", "a b c"),
        ("(item_data->'on')::boolean", "a"),
        ("not (item_data->>'on')::boolean", "b"),
        ("item_path not in ('a', 'b')", "c d"),
        ("item_path <> 'a' and item_path != 'b'", "c d"),
        ("null = null", ""),
    ];
    for (filter, expected) in filters {
        let paths = run(&format!("{data}{filter}"), "{}").replace('"', "");
        assert_eq!(paths, expected, "{filter}");
    }
}

#[test]
fn what_is_not_understood_is_named_with_its_place() {
    let cases = [
        ("", "expected select, found the end of the query"),
        ("delete from json_store_data", "expected select at character 1, found delete"),
        (
            "select item_data from secrets",
            "expected json_store_data (the only table of a query) at character 23, found secrets",
        ),
        (
            "select item_data from json_store_data; delete from x",
            "expected the end of the query at character 40, found delete",
        ),
        (
            "select owner from json_store_data",
            "expected a column, a value, ? or a function at character 8, found owner",
        ),
        ("select item_data from json_store_data group by item_path", "`group` is not supported"),
        ("select item_data from json_store_data a join json_store_data b", "`join` is not supported"),
        ("select item_data ? 'a' from json_store_data", "the operator ? is not supported"),
        ("select 'hidden from json_store_data", "the ' at character 8 is not closed"),
        ("select item_data::uuid from json_store_data", "expected one of the types"),
        ("select lower() from json_store_data", "the function lower does not take 0 arguments"),
        ("select (item_path from json_store_data", "expected ) at character 19, found from"),
        ("select item_path § from json_store_data", "the character § at character 18"),
        ("select item_path from json_store_data limit -1", "expected a whole number at character 45, found -"),
        ("select item_path, count(*) from json_store_data", "the column item_path is no count"),
        ("select item_path from json_store_data where item_data @> ?", "none were given"),
        ("select item_path from json_store_data where item_data->>'service' > 5", "is neither"),
        ("select item_path::int from json_store_data", "a value of the type text is no integer"),
        ("select item_path from json_store_data where item_path", "expected a condition"),
        ("select 1..2 from json_store_data", "1..2 is no number"),
    ];
    for (query, expected) in cases {
        let found = run(query, "null");
        assert!(found.starts_with("! ") && found.contains(expected), "{query}: {found}");
    }
    let deep = format!("select {}1 from json_store_data", "(".repeat(100_000));
    assert!(run(&deep, "null").contains("nested more than"));
    for chain in ["->'a'", "::text", " || 'a'"] {
        let long = format!("select item_data{} from json_store_data", chain.repeat(100_000));
        assert!(run(&long, "null").contains("nested more than"), "{chain}");
    }
    let long = format!("select item_path from json_store_data where true{}", " and true or true".repeat(100_000));
    assert_eq!(run(&long, "null"), "\"a\" \"b\" \"c\" \"d\"");
    let long = format!("select item_path from json_store_data where {}true", "not ".repeat(100_000));
    assert_eq!(run(&long, "null"), "\"a\" \"b\" \"c\" \"d\"");
}

#[test]
fn marks_travel_with_the_texts() {
    let data = json::parse(r#"{"user": "bob"}"#).unwrap();
    data.as_map().unwrap().insert("password", Text::sensitive("hunter2"));
    let query = "select item_data->>'password', item_data->>'user' as user, upper(item_data->>'password') as u, \
                 item_data::text as all from json_store_data";
    let rows = Query::parse(query).unwrap().run("id", vec![("p".to_owned(), data)], &Value::Null).unwrap();
    let shown = rows[0].to_text();
    assert_eq!(shown.masked(), "{?column?=******, user=bob, u=******, all={\"user\":\"bob\",\"password\":\"******\"}}");
}
