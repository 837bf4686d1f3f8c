//! What is written is read again.

use sheets::{Field, Format, Options, TableWriter, Template, TemplateColumn};

#[test]
fn a_template_is_known_by_its_own_headings() {
    let column = |field: Field, heading: &str, needed, choices: &[&str]| TemplateColumn {
        field,
        heading: heading.into(),
        needed,
        hint: "怎样填".repeat(100),
        example: "例".into(),
        choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
    };
    let template = Template {
        list: "名单".into(),
        explanation: "填写说明".into(),
        title: "集体办证名单".into(),
        rules: vec!["一行一人。".into()],
        table: ["列", "必填", "怎样填", "例"].map(str::to_owned),
        needed: ["是", "否"].map(str::to_owned),
        choose: "请从列表中选择。".into(),
        columns: vec![
            column(Field::Name, "姓名", true, &[]),
            column(Field::DocumentKind, "证件类型", true, &["身份证", "护照"]),
            column(Field::DocumentNumber, "证件号码", true, &[]),
            column(Field::Sex, "性别", false, &["男", "女"]),
        ],
    };
    let list = sheets::read(&template.write().unwrap(), "t.xlsx", &Options::default()).unwrap();
    assert_eq!(list.format, Format::Xlsx);
    assert!(list.is_empty() && !list.needs_mapping());
    let sheet = list.sheets.first().unwrap();
    assert_eq!((sheet.name.as_str(), sheet.header_row), ("名单", Some(1)));
    let fields: Vec<_> = sheet.columns.iter().map(|column| column.field.unwrap()).collect();
    assert_eq!(fields, [Field::Name, Field::DocumentKind, Field::DocumentNumber, Field::Sex]);
    let others: Vec<_> =
        list.other_sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.hidden, sheet.is_list)).collect();
    assert_eq!(others, [("填写说明", false, false), ("_", true, false)]);
}

#[test]
fn a_table_holds_texts_only() {
    let columns =
        [("姓名", 12), ("证件号码", 24), ("结果", 30)].map(|(heading, width)| (heading.to_owned(), width));
    let mut table =
        TableWriter::new("三[1]班/结果", &["结果".to_owned(), "佛山市某某小学".to_owned()], &columns)
            .unwrap();
    table.row(["张三", "1900**********11", "=1+1"]).unwrap();
    table.row(["李四".to_owned(), "1900**********12".to_owned(), "已办".to_owned()]).unwrap();
    let list = sheets::read(&table.finish().unwrap(), "t.xlsx", &Options::default()).unwrap();
    let sheet = list.sheets.first().unwrap();
    assert_eq!((sheet.name.as_str(), sheet.header_row), ("三1班结果", Some(4)));
    let names: Vec<_> = list.rows().map(|row| (row.number(), row.get(Field::Name).to_owned())).collect();
    assert_eq!(names, [(5, "张三".to_owned()), (6, "李四".to_owned())]);
}
