//! `column -t`: lines taken apart into cells, and as JSON.

const DEFAULT_SEPARATOR: &str = "  ";

#[derive(Default)]
pub struct Table {
    pub name: String,
    pub headings: Option<Vec<String>>,
    pub no_headings: bool,
    pub order: Vec<String>,
    pub hidden: Vec<String>,
    pub right: Vec<String>,
    pub limit: Option<usize>,
    pub json: bool,
    /// Each separates two cells; without them, runs of blanks do.
    pub separators: Option<String>,
    pub output_separator: Option<String>,
}

impl Table {
    pub fn text(&self, lines: &[String]) -> Result<String, String> {
        let rows: Vec<Vec<&str>> = lines.iter().map(|line| self.cells(line)).collect();
        let named = self.headings.as_ref().map_or(0, Vec::len);
        let count = rows.iter().map(Vec::len).max().unwrap_or(0).max(named);
        let hidden = self.columns(&self.hidden, count)?;
        let right = self.columns(&self.right, count)?;
        let mut order = self.columns(&self.order, count)?;
        order.extend((0..count).filter(|column| !order.contains(column)).collect::<Vec<_>>());
        let unnamed_hidden = self.hidden.iter().any(|name| name == "-");
        order.retain(|column| !hidden.contains(column) && !(unnamed_hidden && *column >= named));
        if self.json {
            return Ok(self.json_text(&rows, &order));
        }
        let mut all: Vec<Vec<&str>> = Vec::new();
        if let Some(headings) = self.headings.as_ref().filter(|_| !self.no_headings) {
            all.push(headings.iter().map(String::as_str).collect());
        }
        all.extend(rows);
        Ok(self.plain_text(&all, &order, &right))
    }

    fn cells<'line>(&self, line: &'line str) -> Vec<&'line str> {
        let limit = self.limit.unwrap_or(usize::MAX);
        let Some(separators) = &self.separators else {
            let mut cells = Vec::new();
            let mut rest = line.trim_start();
            while !rest.is_empty() {
                if cells.len() + 1 == limit {
                    cells.push(rest);
                    break;
                }
                let end = rest.find([' ', '\t']).unwrap_or(rest.len());
                cells.push(&rest[..end]);
                rest = rest[end..].trim_start();
            }
            return cells;
        };
        line.splitn(limit, |letter| separators.contains(letter)).collect()
    }

    /// Columns by name or number from 1.
    fn columns(&self, names: &[String], count: usize) -> Result<Vec<usize>, String> {
        let find = |name: &String| {
            let by_name = self.headings.as_ref().and_then(|headings| headings.iter().position(|heading| heading == name));
            let by_number = || name.parse::<usize>().ok().filter(|number| (1..=count).contains(number)).map(|number| number - 1);
            by_name.or_else(by_number).ok_or_else(|| format!("undefined column name '{name}'"))
        };
        names.iter().filter(|name| *name != "-").map(find).collect()
    }

    fn plain_text(&self, rows: &[Vec<&str>], order: &[usize], right: &[usize]) -> String {
        let width_of = |text: &str| text.chars().count();
        let cell = |row: &[&str], column: usize| row.get(column).map_or(String::new(), |text| (*text).to_owned());
        let widths: Vec<usize> =
            order.iter().map(|column| rows.iter().map(|row| row.get(*column).map_or(0, |text| width_of(text))).max().unwrap_or(0)).collect();
        let separator = self.output_separator.as_deref().unwrap_or(DEFAULT_SEPARATOR);
        let mut text = String::new();
        for row in rows {
            let cells = order.iter().zip(&widths).enumerate().map(|(index, (column, width))| {
                let value = cell(row, *column);
                let missing = " ".repeat(width.saturating_sub(width_of(&value)));
                match (right.contains(column), index + 1 == order.len()) {
                    (true, _) => missing + &value,
                    (false, true) => value,
                    (false, false) => value + &missing,
                }
            });
            text += &cells.collect::<Vec<_>>().join(separator);
            text.push('\n');
        }
        text
    }

    fn json_text(&self, rows: &[Vec<&str>], order: &[usize]) -> String {
        let headings = self.headings.as_deref().unwrap_or_default();
        let object = |row: &Vec<&str>| {
            let pairs = order.iter().map(|column| {
                let key = headings.get(*column).map_or(String::new(), |heading| heading.to_lowercase());
                let value = row.get(*column).map_or("null".to_owned(), |text| json_string(text));
                format!("         {}: {value}", json_string(&key))
            });
            format!("{{\n{}\n      }}", pairs.collect::<Vec<_>>().join(",\n"))
        };
        let name = if self.name.is_empty() { "table" } else { &self.name };
        let objects: Vec<String> = rows.iter().map(object).collect();
        format!("{{\n   {}: [\n      {}\n   ]\n}}\n", json_string(name), objects.join(","))
    }
}

fn json_string(text: &str) -> String {
    let mut output = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => output.push_str("\\\""),
            '\\' => output.push_str("\\\\"),
            '\n' => output.push_str("\\n"),
            '\t' => output.push_str("\\t"),
            letter if letter.is_control() => output.push_str(&format!("\\u{:04x}", letter as u32)),
            letter => output.push(letter),
        }
    }
    output + "\""
}
