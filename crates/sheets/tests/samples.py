"""Makes the lists in `samples/`: as schools and companies make them, of people who cannot exist.

    python3 -m venv target/tools/samples && target/tools/samples/bin/pip install openpyxl xlwt
    target/tools/samples/bin/python crates/sheets/tests/samples.py

What is to be read of each stands beside it as text; `cargo test -p yueka-sheets --test samples` compares.
"""

import datetime
import io
import pathlib
import re
import zipfile

import xlwt
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

HERE = pathlib.Path(__file__).parent / "samples"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"
GIVEN = ["小禾", "明远", "思雨", "子轩", "若溪", "一诺", "浩然", "雨桐", "景行", "知微", "清", "朗", "嘉树", "怀瑾"]


def a_day(serial, year=2009):
    return datetime.date(year, 1 + serial % 12, 1 + serial % 28)


def number(serial, born=None, male=True):
    """The same rule as documents::synthetic::resident_number: province 19, 29, … is not assigned."""
    born = born or a_day(serial)
    head = f"{19 + serial % 7 * 10}{serial // 7 % 10000:04}{born:%Y%m%d}{serial % 498 * 2 + male:03}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return head + "10X98765432"[sum(int(d) * w for d, w in zip(head, weights)) % 11]


def name(serial):
    return SURNAMES[serial % len(SURNAMES)] + GIVEN[serial % len(GIVEN)]


def phone(serial):
    return f"1390000{serial:04}"


def born(serial):
    return a_day(serial)


def sex(serial):
    return "男" if serial % 2 else "女"


def person(serial):
    return [name(serial), number(serial, male=serial % 2), phone(serial)]


def book(rows, title=None):
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = title or "Sheet1"
    for row in rows:
        sheet.append(row)
    return workbook, sheet


def save(workbook, file):
    workbook.save(HERE / file)


def text(file, content, encoding="utf-8", newline="\r\n"):
    (HERE / file).write_bytes(content.replace("\n", newline).encode(encoding))


def lines(rows, delimiter=","):
    return "".join(delimiter.join(str(cell) for cell in row) + "\n" for row in rows)


def plain():
    workbook, sheet = book([["姓名", "证件类型", "证件号码", "联系电话", "班级", "监护人姓名", "监护人证件类型", "监护人证件号码", "监护人电话"]])
    for serial in range(1, 6):
        # The last one's guardian is not told.
        guardian = [name(serial + 100), "身份证", number(serial + 100, a_day(serial, 1985)), phone(serial + 100)] if serial < 5 else []
        sheet.append([name(serial), "身份证", number(serial, a_day(serial, 2017), serial % 2), phone(serial), "三年级1班", *guardian])
    save(workbook, "01-plain.xlsx")


def merged_titles_and_notes():
    workbook, sheet = book([["佛山市某某小学 2026 年学生借阅证办理名单"], ["填表日期：2026年3月1日", None, None, "填表人：陈老师"],
                            ["序号", "姓名", "性别", "身份证号码", "家长电话", "备注"]], "名单")
    sheet.merge_cells("A1:F1")
    sheet.merge_cells("D2:F2")
    sheet["A1"].font = Font(bold=True, size=18)
    sheet["A1"].alignment = Alignment(horizontal="center")
    for serial in range(1, 5):
        who, document, call = person(serial)
        sheet.append([serial, who, sex(serial), document, call, None])
    for serial in range(5, 9):
        sheet.append([serial])
    sheet.append(["合计", "4人"])
    sheet.append([])
    sheet.append(["注：1. 身份证号码请核对无误；2. 本表一式两份。"])
    sheet.append(["单位（盖章）：", None, None, "审核人："])
    save(workbook, "02-titles-and-notes.xlsx")


def two_rows_of_headings():
    workbook, sheet = book([["班级", "学生信息", None, None, "监护人", None, None], [None, "姓名", "证件类型", "证件号码", "姓名", "与学生关系", "电话"]])
    for cells in ["A1:A2", "B1:D1", "E1:G1"]:
        sheet.merge_cells(cells)
    for serial in range(11, 15):
        sheet.append(["一（2）班", name(serial), "户口簿", number(serial, a_day(serial, 2017)), name(serial + 50), ["爸爸", "妈妈", "外婆", "母女"][serial % 4], phone(serial)])
    save(workbook, "03-two-rows-of-headings.xlsx")


def numbers_as_numbers():
    workbook, sheet = book([["姓名", "身份证号", "手机"]])
    sheet.append([name(21), float(number(22, male=True)[:15] + "000"), 13900000021])
    sheet.append([name(22), number(22), phone(22)])
    sheet.append([name(23), "4.4E+17", 13900000023])
    sheet.append([name(24), 199012010123456, 13900000024])
    save(workbook, "04-numbers-as-numbers.xlsx")


def hidden_columns():
    workbook, sheet = book([["学号", "姓名", "身份证号", "身份证号", "联系电话"]])
    for serial in range(31, 34):
        who, document, call = person(serial)
        sheet.append([f"2026{serial:04}", who, "旧号", document, call])
    sheet.column_dimensions["A"].hidden = True
    sheet.column_dimensions["C"].hidden = True
    save(workbook, "05-hidden-columns.xlsx")


def hidden_rows():
    workbook, sheet = book([["姓名", "身份证号", "联系电话"]])
    for serial in range(41, 46):
        sheet.append(person(serial))
    for row in (3, 4):
        sheet.row_dimensions[row].hidden = True
    save(workbook, "06-filtered-rows.xlsx")


def full_width():
    wide = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
    workbook, sheet = book([["姓　名", "证件号码（必填）", "联系电话＊"]])
    for serial in (51, 52, 60):
        who, document, call = person(serial)
        sheet.append([who[0] + "　" + who[1:], document.translate(wide), call.translate(wide)])
    sheet.append(["欧阳 小 明", " " + number(53)[:6] + " " + number(53)[6:14] + "-" + number(53)[14:].lower(), "139 0000 0053"])
    sheet.append(["古丽•努尔", "\u202d" + number(54) + "\u202c", "(0757) 8333-0054"])
    sheet.append(["李四\u200b", "'" + number(55), "+86 139-0000-0055"])
    save(workbook, "07-full-width.xlsx")


def two_sheets():
    workbook, sheet = book([["填写说明"], ["1. 请在“名单”页填写。"], ["2. 身份证号码须为文本格式。"]], "说明")
    listing = workbook.create_sheet("名单")
    listing.append(["姓名", "证件类型", "证件号码", "手机号码"])
    for serial in range(61, 64):
        who, document, call = person(serial)
        listing.append([who, "二代证", document, call])
    hidden = workbook.create_sheet("选项")
    hidden.append(["身份证"])
    hidden.sheet_state = "hidden"
    save(workbook, "08-two-sheets.xlsx")


def a_sheet_for_each_class():
    workbook = Workbook()
    workbook.remove(workbook.active)
    for number_of_class in (1, 2, 3):
        sheet = workbook.create_sheet(f"三（{number_of_class}）班")
        # Each teacher has an order of their own.
        head = ["姓名", "身份证号码", "联系电话"] if number_of_class != 2 else ["联系电话", "姓名", "身份证号码"]
        sheet.append([f"三（{number_of_class}）班名单"])
        sheet.append(head)
        for serial in range(number_of_class * 10, number_of_class * 10 + 2):
            who, document, call = person(serial)
            sheet.append([who, document, call] if number_of_class != 2 else [call, who, document])
    workbook.create_sheet("汇总").append(["班级", "人数"])
    save(workbook, "09-all-sheets.xlsx")


def old_excel():
    workbook = xlwt.Workbook(encoding="utf-8")
    sheet = workbook.add_sheet("名单")
    for column, heading in enumerate(["姓名", "性别", "身份证号", "联系电话", "出生日期"]):
        sheet.write(0, column, heading)
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for row, serial in enumerate(range(71, 75), 1):
        who, document, call = person(serial)
        for column, value in enumerate([who, sex(serial), document, int(call)]):
            sheet.write(row, column, value)
        sheet.write(row, 4, datetime.datetime.combine(born(serial), datetime.time()), day)
    sheet.write(5, 0, name(75))
    sheet.write(5, 2, float(number(75)[:15] + "000"))
    workbook.save(str(HERE / "10-old-excel.xls"))


def old_excel_two_rows():
    workbook = xlwt.Workbook(encoding="utf-8")
    workbook.add_sheet("封面").write(0, 0, "某某幼儿园")
    sheet = workbook.add_sheet("大一班")
    sheet.write_merge(0, 0, 0, 5, "大一班幼儿借阅证登记表")
    sheet.write_merge(1, 2, 0, 0, "序号")
    sheet.write_merge(1, 2, 1, 1, "幼儿姓名")
    sheet.write_merge(1, 2, 2, 2, "幼儿身份证号")
    sheet.write_merge(1, 1, 3, 5, "家长")
    for column, heading in enumerate(["姓名", "关系", "手机"], 3):
        sheet.write(2, column, heading)
    for row, serial in enumerate(range(81, 84), 3):
        for column, value in enumerate([serial - 80, name(serial), number(serial), name(serial + 40), "妈妈", phone(serial)]):
            sheet.write(row, column, value)
    # Twins have one mother.
    sheet.write_merge(6, 7, 3, 3, name(200))
    sheet.write_merge(6, 7, 4, 4, "母亲")
    sheet.write_merge(6, 7, 5, 5, phone(200))
    for row, serial in ((6, 84), (7, 85)):
        for column, value in enumerate([serial - 80, name(serial), number(serial)]):
            sheet.write(row, column, value)
    workbook.save(str(HERE / "11-old-excel-two-rows.xls"))


def texts():
    rows = [["姓名", "证件类型", "证件号码", "联系电话"]] + [
        [name(serial), "身份证", number(serial), phone(serial)] for serial in range(91, 94)]
    text("12-gbk.csv", lines(rows), "gbk")
    text("13-bom-semicolon.csv", lines(rows, ";"), "utf-8-sig")
    text("14-unicode-text.txt", lines(rows, "\t"), "utf-16")
    text("15-pipes.csv", "sep=|\n" + lines(rows, "|"))
    text("16-scientific.csv", lines([["姓名", "身份证号", "手机"], [name(94), "4.40106E+17", "1.39E+10"], [name(95), number(95), phone(95)]]))
    zeros = [[name(serial), number(serial)[:15] + "000", phone(serial)] for serial in range(96, 101)]
    text("17-rounded.csv", lines([["姓名", "身份证号", "手机"]] + zeros + [person(101)]), "gb18030")
    text("31-forced-text.csv", lines([["姓名", "身份证号", "手机"], [name(102), f"'{number(102)}", f"\t{phone(102)}"],
                                      [name(103), f'"=""{number(103)}"""', f'"=""{phone(103)}"""']]))
    text("32-quoted-lines.csv", f'姓名,身份证号,手机,家庭住址\n\n{name(104)},{number(104)},{phone(104)},"佛山市\n某某路 1 号, 301"\n'
         f'\n\n{name(105)},{number(105)},{phone(105)},"“甲”座 ""B"""\n')
    text("37-old-mac.csv", lines(rows), "gbk", "\r")
    text("38-text-named.xls", lines(rows, "\t"), "gbk")
    text("40-full-width-commas.txt", lines(rows, "，"))
    text("26-no-headings.csv", lines([[serial, name(serial), sex(serial), number(serial), phone(serial), "三年级1班"] for serial in range(111, 116)]))
    text("25-english.csv", lines([["Name", "ID type", "ID number", "Country", "Sex", "Date of birth", "Mobile", "Class", "Guardian's name", "Guardian's phone", "E-mail"],
                                  ["Mary Ann Lee", "Passport", "SYN000121", "Portugal", "F", "2 Jan 2010", phone(121), "Grade 8", "John Lee", "+351 912 345 678", "mary@example.org"],
                                  ["Ｐｅｔｅｒ  Ng", "Home Return Permit", "h99 000122", "", "male", "2010-02-03", phone(122), "Grade 8", "Ada Ng", phone(222), ""],
                                  ["Kim", "Library card", "X1", "Moon", "x", "1/2/2010", "", "", "", "", ""]]))
    (HERE / "34-web-page.xls").write_text(
        "<html><head><meta charset='utf-8'></head><body><table><tr><td>姓名</td></tr></table></body></html>", encoding="utf-8")
    (HERE / "41-not-a-list.csv").write_bytes(b"%PDF-1.7\n")


def dates():
    workbook, sheet = book([["姓名", "证件类型", "证件号码", "出生日期"]])
    forms = [datetime.date(2010, 1, 2), datetime.datetime(2010, 1, 2, 8, 30), 40180, "2010-1-2", "2010/1/2", "2010.01.02", 20100102, "20100102",
             "2010年1月2日", "二〇一〇年一月二日", "２０１０－０１－０２", "2010-01-02 00:00:00", "2 Jan 2010", "13/1/2010", "2010.1", "1/2/2010", "2010-02-30", "不详", 12]
    for serial, form in enumerate(forms, 130):
        sheet.append([name(serial), "回乡证", f"H99{serial:06}", form])
    sheet["D3"].number_format = "yyyy/m/d h:mm"
    save(workbook, "18-dates.xlsx")
    workbook, sheet = book([["姓名", "证件号码", "出生日期"]])
    workbook.epoch = CALENDAR_MAC_1904
    sheet.append([name(150), number(150), a_day(150)])
    sheet.append([name(151), number(151), (a_day(151) - datetime.date(1904, 1, 1)).days])
    save(workbook, "19-dates-from-1904.xlsx")


def formulas():
    workbook, sheet = book([["姓名", "身份证号", "联系电话", "备注"]])
    for serial in (161, 162, 163):
        sheet.append(person(serial) + ["转入"])
    file = HERE / "20-formulas.xlsx"
    workbook.save(file)
    # What openpyxl can't write: formulas with what they came to.
    taken = zipfile.ZipFile(io.BytesIO(file.read_bytes()))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        for part in taken.namelist():
            content = taken.read(part).decode()
            if part == "xl/worksheets/sheet1.xml":
                content = re.sub(r'<c r="B3" [^>]*>.*?</c>', '<c r="B3" t="str"><f>VLOOKUP(A3,x,2,0)</f><v>%s</v></c>' % number(162), content)
                content = re.sub(r'<c r="B4" [^>]*>.*?</c>', '<c r="B4" t="e"><f>VLOOKUP(A4,x,2,0)</f><v>#N/A</v></c>', content)
                content = re.sub(r'<c r="C4" [^>]*>.*?</c>', '<c r="C4"><f>C3+1</f><v>13900000163</v></c>', content)
                content = re.sub(r'<c r="D4" [^>]*>.*?</c>', '<c r="D4" t="e"><v>#REF!</v></c>', content)
            written.writestr(part, content)


def classes():
    workbook, sheet = book([["班级", "姓名", "身份证号", "联系电话"]])
    for serial in range(171, 177):
        sheet.append(["五年级1班" if serial == 171 else "五年级2班" if serial == 174 else None, *person(serial)])
    sheet.merge_cells("A2:A4")
    sheet.merge_cells("A5:A7")
    save(workbook, "21-class-merged.xlsx")

    workbook, sheet = book([["序号", "姓名", "身份证号", "联系电话"]])
    for number_of_class in (1, 2):
        sheet.append([f"初一（{number_of_class}）班"])
        sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=4)
        for serial in range(180 + number_of_class * 3, 182 + number_of_class * 3):
            sheet.append([serial - 179, *person(serial)])
        sheet.append(["小计", "2人"])
    sheet.append(["总计：4 人"])
    save(workbook, "22-class-as-sections.xlsx")

    workbook, sheet = book([["年级", "班级", "姓名", "身份证号"], ["三年级", "1班", name(191), number(191)], ["三年级", "三年级2班", name(192), number(192)]])
    save(workbook, "30-grade-and-class.xlsx")


def pages():
    head = ["序号", "姓名", "身份证号", "联系电话"]
    workbook, sheet = book([["第一页"], head])
    for page in range(3):
        for serial in range(201 + page * 2, 203 + page * 2):
            sheet.append([serial - 200, *person(serial)])
        if page < 2:
            sheet.append([None, None, None, f"第{page + 1}页 共3页"])
            sheet.append(head)
    sheet.append(["示例", "张三", number(299), phone(299)])
    for serial in range(7, 40):
        sheet.append([serial])
    sheet.append([40, name(240), None, phone(240)])
    sheet.append([41, None, number(241), None])
    save(workbook, "23-headings-again.xlsx")


def traditional():
    workbook, sheet = book([["姓名", "證件類型", "證件號碼", "簽發國家", "性別", "出生日期", "聯絡電話", "監護人姓名", "監護人電話", "備註"]])
    sheet.append(["陳大文", "港澳居民來往內地通行證", "H99000251(01)", None, "男", "2009-05-06", "+852 5123 4567", "陳父", "6123 4567", None])
    sheet.append(["林小雲", "台胞證", "99000252", None, "女", "民國101年5月6日", phone(252), "林母", phone(352), "轉學生"])
    sheet.append(["João Silva", "護照", "SYN000253", "葡萄牙", "男", "2009/5/6", phone(253), "Ana Silva", phone(353), None])
    sheet.append(["何小姐", "戶口簿", number(254), None, "女", None, phone(254), "何太", phone(354), None])
    save(workbook, "24-traditional.xlsx")


def unknown_headings():
    workbook, sheet = book([["工号", "称呼", "证照", "座机", "入职日期"]])
    for serial in range(261, 265):
        sheet.append([f"A{serial}", name(serial), number(serial, datetime.date(1985, 3, 4)), f"0757-8333{serial:04}", datetime.date(2020, 1, 1)])
    save(workbook, "27-unknown-headings.xlsx")


def both_parents():
    workbook, sheet = book([["姓名", "身份证号", "父亲姓名", "父亲电话", "母亲姓名", "母亲电话"]])
    sheet.append([name(271), number(271), name(371), phone(371), name(372), phone(372)])
    sheet.append([name(272), number(272), None, None, name(374), phone(374)])
    save(workbook, "28-both-parents.xlsx")


def company():
    workbook, sheet = book([["工号", "姓名", "证件类型", "证件号码", "国籍", "手机", "邮箱", "部门", "工作单位", "卡类型", "备注"]])
    sheet.append(["001", "王工", "居民身份证", number(281, datetime.date(1980, 1, 2)), "中国", phone(281), "w@example.org", "研发部", "某某公司", "证件即卡", None])
    sheet.append(["002", "Jean Dupont", "护照", "syn 000282", "法国", phone(282), None, "研发部", "某某公司", "一卡通", None])
    sheet.append(["003", "李军", "军官证", "演字第0000283号", None, phone(283), None, "保卫科", "某某公司", "实体卡", "退役在即"])
    sheet.append(["004", "孙其", "其他", "DEMO-000284", None, phone(284), None, "后勤", "某某公司", "会员卡", None])
    save(workbook, "29-company.xlsx")


def off_the_corner():
    workbook = Workbook()
    sheet = workbook.active
    sheet["C2"] = "志愿者名单"
    for column, heading in enumerate(["电话", "身份证号", "姓名"]):
        sheet.cell(4, 4 + column, heading)
    for row, serial in enumerate(range(291, 294), 5):
        who, document, call = person(serial)
        for column, value in enumerate([call, document, who]):
            sheet.cell(row + (row > 6) * 3, 4 + column, value)
    # A format far below makes no rows.
    sheet.cell(5000, 4).font = Font(bold=True)
    save(workbook, "33-off-the-corner.xlsx")


def nobody():
    workbook, sheet = book([])
    save(workbook, "35-empty.xlsx")
    workbook, sheet = book([["姓名", "身份证号", "联系电话"]])
    save(workbook, "36-headings-only.xlsx")


def twice():
    workbook, sheet = book([["姓名", "性别", "身份证号", "联系电话"]])
    sheet.append([name(401), "男", number(401), phone(401)])
    sheet.append([name(402), "男", number(402), phone(402)])
    sheet.append([name(401), "男", number(401), phone(401)])
    # The same name and birth date, another number: perhaps the same person, perhaps not.
    sheet.append([name(402), "男", number(1402, a_day(402)), phone(403)])
    save(workbook, "42-twice.xlsx")


def wrong_cells():
    workbook, sheet = book([["姓名", "性别", "证件类型", "证件号码", "联系电话"]])
    sheet.append([name(301), "未知", "会员卡", number(301), phone(301)])
    sheet.append([datetime.date(2026, 3, 5), "男", "身份证", number(302), datetime.date(2026, 3, 5)])
    sheet.append(["长" * 301, "女", "身份证", number(303), phone(303)])
    sheet.append([True, "女", "身份证", number(304), 0.5])
    save(workbook, "39-wrong-cells.xlsx")


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for make in (plain, merged_titles_and_notes, two_rows_of_headings, numbers_as_numbers, hidden_columns, hidden_rows, full_width, two_sheets,
                 a_sheet_for_each_class, old_excel, old_excel_two_rows, texts, dates, formulas, classes, pages, traditional, unknown_headings,
                 both_parents, company, off_the_corner, nobody, wrong_cells, twice):
        make()
